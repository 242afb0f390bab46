'use strict';
// What dockerode's users ask of the engine as a whole.
const assert = require('node:assert');
const test = require('node:test');
const { docker, image, until } = require('./engine');

test('it answers a ping, in a callback and in a promise', async () => {
  assert.equal(String(await docker.ping()), 'OK');
  await new Promise((done, fail) => docker.ping((error, answer) => (error ? fail(error) : done(answer))));
});

test('it tells its version and what it has', async () => {
  const version = await docker.version();
  assert.equal(version.ApiVersion, '1.47');
  assert.equal(version.Os, 'linux');
  const info = await docker.info();
  assert.ok(info.NCPU >= 1);
  assert.ok(Number.isInteger(info.ContainersRunning));
});

test('lists are lists, whatever is in them', async () => {
  assert.ok(Array.isArray(await docker.listContainers({ all: true })));
  assert.ok((await docker.listImages()).some((one) => (one.RepoTags || []).includes(image)));
  assert.ok((await docker.listNetworks()).some((one) => one.Name === 'bridge'));
  assert.ok(Array.isArray((await docker.listVolumes()).Volumes));
  assert.ok(Array.isArray((await docker.df()).Images));
});

test('a password that is wrong is refused', async () => {
  await assert.rejects(docker.checkAuth({ username: 'nobody', password: 'wrong', serveraddress: 'nowhere.invalid' }), (error) => error.statusCode >= 400);
});

test('what is not there is refused by name', async () => {
  for (const [what, call] of Object.entries({
    search: () => docker.searchImages({ term: 'busybox' }),
    plugins: () => docker.getPlugin('sshfs', 'sshfs').enable(),
  })) {
    await assert.rejects(call(), (error) => error.statusCode === 501 && /not supported/.test(error.message), what);
  }
});

test('events come as they happen, and end where they are asked to', async () => {
  const since = Math.floor(Date.now() / 1000);
  const heard = [];
  const stream = await docker.getEvents({ filters: { label: ['by=dockerode-events'] } });
  stream.on('data', (chunk) => heard.push(...String(chunk).trim().split('\n').map((line) => JSON.parse(line).Action)));
  const container = await docker.createContainer({ Image: image, Cmd: ['true'], Labels: { by: 'dockerode-events' } });
  await container.start();
  await container.wait();
  await container.remove();
  await until(() => heard.includes('destroy'));
  stream.destroy();
  assert.deepEqual(heard.filter((one) => ['create', 'start', 'die', 'destroy'].includes(one)), ['create', 'start', 'die', 'destroy']);

  const past = await docker.getEvents({ since, until: Math.ceil(Date.now() / 1000), filters: { label: ['by=dockerode-events'] } });
  let text = '';
  for await (const chunk of past) text += chunk;
  assert.ok(text.includes('"die"'));
});
