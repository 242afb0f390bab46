'use strict';
// Images by dockerode: looked at, named, built, saved, loaded, pulled.
const assert = require('node:assert');
const test = require('node:test');
const { docker, image, all, container, followed } = require('./engine');

test('an image is inspected and has a history', async () => {
  const one = docker.getImage(image);
  assert.match((await one.inspect()).Id, /^sha256:/);
  assert.ok((await one.history()).length >= 1);
  await assert.rejects(docker.getImage('nowhere:1').inspect(), (error) => error.statusCode === 404 && /No such image/i.test(error.message));
});

test('it is named, saved, its name taken away, and loaded', async () => {
  await docker.getImage(image).tag({ repo: 'dockerode/named', tag: '1' });
  const named = docker.getImage('dockerode/named:1');
  const chunks = [];
  for await (const chunk of await named.get()) chunks.push(chunk);
  await named.remove();
  await assert.rejects(named.inspect(), (error) => error.statusCode === 404);
  const lines = await followed(await docker.loadImage(require('node:stream').Readable.from(Buffer.concat(chunks))));
  assert.ok(lines.some((line) => /Loaded image: dockerode\/named:1/.test(line.stream || '')));
  await named.remove();
});

for (const [how, options] of [['all files of a folder', (folder) => folder], ['some files of a folder', (folder) => ({ context: folder, src: ['Dockerfile', 'file'] })]]) {
  test(`it is built from ${how}`, async (t) => {
    const fs = require('node:fs');
    const os = require('node:os');
    const path = require('node:path');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dockerode'));
    t.after(() => fs.rmSync(folder, { recursive: true }));
    fs.writeFileSync(path.join(folder, 'Dockerfile'), `FROM ${image}\nARG WORD\nCOPY file /file\nRUN echo $WORD >> /file\nCMD ["cat", "/file"]\n`);
    fs.writeFileSync(path.join(folder, 'file'), 'built\n');
    const given = options(folder);
    const stream = typeof given === 'string'
      ? await docker.buildImage(require('tar-fs').pack(given), { t: 'dockerode/built:1', buildargs: { WORD: 'by hand' } })
      : await docker.buildImage(given, { t: 'dockerode/built:1', buildargs: { WORD: 'by hand' } });
    const lines = await followed(stream);
    assert.ok(lines.some((line) => /Successfully tagged dockerode\/built:1/.test(line.stream || '')), JSON.stringify(lines.slice(-3)));
    const { PassThrough } = require('node:stream');
    const outs = [new PassThrough(), new PassThrough()];
    const shown = outs.map(all);
    const [end, made] = await docker.run('dockerode/built:1', [], outs, { Tty: false });
    assert.equal(end.StatusCode, 0);
    await made.remove();
    outs.forEach((one) => one.end());
    assert.deepEqual(await Promise.all(shown), ['built\nby hand\n', '']);
    await docker.getImage('dockerode/built:1').remove();
  });
}

test('a build that fails says why', async () => {
  const { Readable } = require('node:stream');
  const pack = require('tar-stream').pack();
  pack.entry({ name: 'Dockerfile' }, `FROM ${image}\nRUN exit 3\n`);
  pack.finalize();
  const lines = await followed(await docker.buildImage(Readable.from(pack), {}));
  assert.match(lines.at(-1).error, /non-zero code: 3/);
});

test('a pull of what is here is up to date, and tells so line by line', async () => {
  const lines = await followed(await docker.pull(image));
  assert.ok(lines.some((line) => /up to date/i.test(line.status || '')), JSON.stringify(lines));
  await followed(await docker.createImage({ fromImage: image }));
  await assert.rejects(docker.pull('nowhere/at-all:1').then(followed));
});

test('a name of an image that a container has is not taken without force', async (t) => {
  await docker.getImage(image).tag({ repo: 'dockerode/used', tag: '1' });
  await container(t, { Image: 'dockerode/used:1', Cmd: ['true'] });
  await docker.getImage('dockerode/used:1').remove({ force: true });
});
