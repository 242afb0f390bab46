'use strict';
// Networks and volumes by dockerode.
const assert = require('node:assert');
const test = require('node:test');
const { docker, container, running } = require('./engine');

test('a network is made, joined, left and removed', async (t) => {
  const network = await docker.createNetwork({ Name: 'dockerode-net', Driver: 'bridge', IPAM: { Config: [{ Subnet: '172.28.0.0/16' }] }, Labels: { by: 'dockerode' } });
  t.after(() => network.remove().catch(() => {}));
  assert.equal((await network.inspect()).IPAM.Config[0].Subnet, '172.28.0.0/16');
  assert.deepEqual((await docker.listNetworks({ filters: { label: ['by=dockerode'] } })).map((one) => one.Name), ['dockerode-net']);
  const made = await running(t, { name: 'dockerode-member' });
  await network.connect({ Container: made.id, EndpointConfig: { Aliases: ['member'], IPAMConfig: { IPv4Address: '172.28.20.1' } } });
  const seen = await network.inspect();
  assert.equal(seen.Containers[made.id].Name, 'dockerode-member');
  assert.match(seen.Containers[made.id].IPv4Address, /^172\.28\.20\.1\//);
  assert.equal((await made.inspect()).NetworkSettings.Networks['dockerode-net'].IPAddress, '172.28.20.1');
  await assert.rejects(network.remove(), (error) => error.statusCode === 403 || error.statusCode === 409);
  await network.disconnect({ Container: made.id, Force: true });
  assert.deepEqual((await network.inspect()).Containers, {});
  await network.remove();
  await assert.rejects(network.inspect(), (error) => error.statusCode === 404);
});

test('what a network here cannot have is refused by name', async () => {
  await assert.rejects(
    docker.createNetwork({ Name: 'dockerode-more', IPAM: { Config: [{ Subnet: '172.20.0.0/16', IPRange: '172.20.10.0/24', Gateway: '172.20.10.11' }] } }),
    (error) => error.statusCode === 501 && /IPRange|Gateway/.test(error.message));
});

test('a volume is made, used, found by its label and removed', async (t) => {
  const volume = await docker.createVolume({ Name: 'dockerode-data', Labels: { by: 'dockerode' } });
  t.after(() => docker.getVolume('dockerode-data').remove().catch(() => {}));
  assert.equal(volume.name || volume.Name, 'dockerode-data');
  const made = await container(t, { Cmd: ['sh', '-c', 'echo kept > /data/file'], HostConfig: { Binds: ['dockerode-data:/data'] } });
  await made.start();
  assert.equal((await made.wait()).StatusCode, 0);
  assert.deepEqual((await docker.listVolumes({ filters: { label: ['by=dockerode'] } })).Volumes.map((one) => one.Name), ['dockerode-data']);
  await assert.rejects(docker.getVolume('dockerode-data').remove(), (error) => error.statusCode === 409);
  await made.remove();
  await docker.getVolume('dockerode-data').remove();
  await assert.rejects(docker.getVolume('dockerode-data').inspect(), (error) => error.statusCode === 404);
});

test('a published port is found in the inspection', async (t) => {
  const made = await running(t, { ExposedPorts: { '80/tcp': {} }, HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '14391' }] } } });
  const ports = (await made.inspect()).NetworkSettings.Ports;
  assert.equal(ports['80/tcp'][0].HostPort, '14391');
});
