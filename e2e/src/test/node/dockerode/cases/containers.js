'use strict';
// A container's life by dockerode.
const assert = require('node:assert');
const test = require('node:test');
const { docker, image, all, apart, container, running, until } = require('./engine');

test('it is inspected by its id, by its name, in a callback and in a promise', async (t) => {
  const made = await container(t, { name: 'dockerode-named', Cmd: ['true'] });
  assert.equal((await made.inspect()).Name, '/dockerode-named');
  assert.equal((await docker.getContainer('dockerode-named').inspect()).Id, made.id);
  const seen = await new Promise((done, fail) => made.inspect((error, data) => (error ? fail(error) : done(data))));
  assert.equal(seen.State.Status, 'created');
  await assert.rejects(docker.getContainer('nowhere').inspect(), (error) => error.statusCode === 404 && /No such container/i.test(error.message));
});

test('it starts, stops, restarts, is paused, killed, renamed and removed', async (t) => {
  const made = await running(t, { name: 'dockerode-life', StopTimeout: 0 });
  await assert.rejects(made.start(), (error) => error.statusCode === 304);
  await made.pause();
  assert.equal((await made.inspect()).State.Paused, true);
  await made.unpause();
  await made.rename({ name: 'dockerode-renamed' });
  assert.equal((await made.inspect()).Name, '/dockerode-renamed');
  await made.restart({ t: 0 });
  await made.stop({ t: 0 });
  await assert.rejects(made.stop(), (error) => error.statusCode === 304);
  await made.start();
  await made.kill();
  assert.equal((await made.inspect()).State.ExitCode, 137);
  await made.remove();
  await assert.rejects(made.inspect(), (error) => error.statusCode === 404);
});

test('a wait tells how it ended', async (t) => {
  const made = await container(t, { Cmd: ['sh', '-c', 'exit 5'] });
  const waited = made.wait({ condition: 'next-exit' });
  await made.start();
  assert.equal((await waited).StatusCode, 5);
});

test('its limits change as it runs', async (t) => {
  const made = await running(t);
  await made.update({ Memory: 64 << 20, CpuShares: 512 });
  const host = (await made.inspect()).HostConfig;
  assert.equal(host.Memory, 64 << 20);
  assert.equal(host.CpuShares, 512);
});

test('it is seen from inside: top, stats, changes', async (t) => {
  const made = await running(t, { Cmd: ['sh', '-c', 'echo x > /written; exec sleep 1000'] });
  assert.ok((await made.top({ ps_args: 'aux' })).Processes.some((line) => line.join(' ').includes('sleep 1000')));
  assert.ok((await made.stats({ stream: false })).memory_stats.usage > 0);
  await until(async () => (await made.changes()).some((change) => change.Path === '/written' && change.Kind === 1));
});

test('files go in and come out', async (t) => {
  const made = await container(t, { Cmd: ['true'] });
  const tar = require('tar-fs');
  const fs = require('node:fs');
  const os = require('node:os');
  const path = require('node:path');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dockerode'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  fs.writeFileSync(path.join(folder, 'given'), 'content');
  await made.putArchive(tar.pack(folder), { path: '/' });
  const stat = await made.infoArchive({ path: '/given' });
  stat.resume();
  const told = JSON.parse(Buffer.from(stat.headers['x-docker-container-path-stat'], 'base64').toString());
  assert.equal(told.name, 'given');
  assert.equal(told.size, 7);
  const back = path.join(folder, 'back');
  await new Promise(async (done, fail) => (await made.getArchive({ path: '/given' })).pipe(tar.extract(back)).on('finish', done).on('error', fail));
  assert.equal(fs.readFileSync(path.join(back, 'given'), 'utf8'), 'content');
  await assert.rejects(made.getArchive({ path: '/nowhere' }), (error) => error.statusCode === 404);
  assert.ok((await all(await made.export())).includes('given'));
});

test('it becomes an image, with a name and without', async (t) => {
  const made = await container(t, { Cmd: ['true'] });
  const named = await made.commit({ repo: 'dockerode/committed', tag: '1', comment: 'by a case', author: 'the cases' });
  assert.match(named.Id, /^sha256:/);
  const seen = await docker.getImage('dockerode/committed:1').inspect();
  assert.ok(seen.RepoTags.includes('dockerode/committed:1'));
  await docker.getImage('dockerode/committed:1').remove();
  const nameless = await made.commit({});
  assert.match(nameless.Id, /^sha256:/);
  await docker.getImage(nameless.Id).remove({ force: true });
});

test('a run shows its outputs and answers with its end', async () => {
  const { PassThrough } = require('node:stream');
  const out = new PassThrough();
  const shown = all(out);
  const [end, made] = await docker.run(image, ['sh', '-c', 'echo shown; exit 3'], out);
  assert.equal(end.StatusCode, 3);
  await made.remove();
  out.end();
  assert.equal(await shown, 'shown\r\n');
});

test('a run keeps its two outputs apart', async () => {
  const { PassThrough } = require('node:stream');
  const outs = [new PassThrough(), new PassThrough()];
  const shown = outs.map(all);
  const [end, made] = await docker.run(image, ['sh', '-c', 'echo out; echo err >&2'], outs, { Tty: false });
  assert.equal(end.StatusCode, 0);
  await made.remove();
  outs.forEach((one) => one.end());
  assert.deepEqual(await Promise.all(shown), ['out\n', 'err\n']);
});

test('its log is read at once and followed to its end', async (t) => {
  const made = await running(t, { Cmd: ['sh', '-c', 'echo first; echo second >&2; sleep 0.3; echo last'] });
  const [out, err] = await apart(await made.logs({ follow: true, stdout: true, stderr: true }));
  assert.equal(out, 'first\nlast\n');
  assert.equal(err, 'second\n');
  const whole = await made.logs({ stdout: true, stderr: false, tail: 1 });
  assert.ok(whole.toString().endsWith('last\n'));
});
