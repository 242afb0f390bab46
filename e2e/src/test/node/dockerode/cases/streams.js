'use strict';
// Input and output as dockerode's users join them.
const assert = require('node:assert');
const test = require('node:test');
const { all, apart, container, running, until } = require('./engine');

const OPEN = { OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true };

test('its input goes in and comes back to its end, hijacked', async (t) => {
  const made = await container(t, { Cmd: ['cat'], ...OPEN });
  const stream = await made.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
  await made.start();
  const heard = apart(stream);
  stream.write('there and back\n');
  stream.end();
  assert.deepEqual(await heard, ['there and back\n', '']);
  assert.equal((await made.wait()).StatusCode, 0);
});

// so joined the end of the input is the end of all: dockerode closes the connection
test('its input goes in and comes back, on the request and its answer', async (t) => {
  const made = await container(t, { Cmd: ['head', '-n', '1'], ...OPEN });
  const stream = await made.attach({ stream: true, stdin: true, stdout: true, stderr: true });
  await made.start();
  const heard = apart(stream);
  stream.write('there and back\n');
  assert.deepEqual(await heard, ['there and back\n', '']);
  assert.equal((await made.wait()).StatusCode, 0);
});

test('a terminal shows what is typed, and its size can be set', async (t) => {
  const made = await container(t, { Cmd: ['sh', '-c', 'read x; stty size; echo got $x'], Tty: true, ...OPEN });
  const stream = await made.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
  await made.start();
  await made.resize({ h: 33, w: 101 });
  const heard = all(stream);
  stream.write('typed\n');
  const text = await heard;
  assert.match(text, /typed\r\n/);
  assert.match(text, /33 101\r\n/);
  assert.match(text, /got typed\r\n/);
});

for (const [tty, bytes] of [[true, 1000], [false, 5000]]) {
  test(`${bytes} bytes come out whole, ${tty ? 'of a terminal' : 'multiplexed'}`, async (t) => {
    const made = await container(t, { Cmd: ['sh', '-c', `i=0; while [ $i -lt ${bytes / 10} ]; do echo -n 0123456789; i=$((i+1)); done`], Tty: tty, AttachStdout: true });
    const stream = await made.attach({ stream: true, stdout: true, stderr: true });
    const heard = tty ? all(stream) : apart(stream).then(([out]) => out);
    await made.start();
    assert.equal((await heard).length, bytes);
  });
}

test('a command in it has its outputs, its end and what it is told', async (t) => {
  const made = await running(t);
  const exec = await made.exec({ Cmd: ['sh', '-c', 'echo $COLOUR; echo err >&2; exit 7'], Env: ['COLOUR=green'], AttachStdout: true, AttachStderr: true });
  const [out, err] = await apart(await exec.start({}));
  assert.equal(out, 'green\n');
  assert.equal(err, 'err\n');
  const seen = await exec.inspect();
  assert.equal(seen.ExitCode, 7);
  assert.equal(seen.Running, false);
});

test('a command in it reads to the end of its input', async (t) => {
  const made = await running(t);
  const exec = await made.exec({ Cmd: ['wc', '-c'], AttachStdin: true, AttachStdout: true });
  const stream = await exec.start({ hijack: true, stdin: true });
  const heard = apart(stream);
  stream.end('x'.repeat(100_000));
  assert.equal((await heard)[0].trim(), '100000');
});

test('a command in it with a terminal can be resized', async (t) => {
  const made = await running(t);
  const exec = await made.exec({ Cmd: ['sh', '-c', 'read x; stty size'], AttachStdin: true, AttachStdout: true, Tty: true });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
  const heard = all(stream);
  await until(async () => (await exec.inspect()).Running);
  await exec.resize({ h: 20, w: 90 });
  stream.write('on\n');
  assert.match(await heard, /20 90\r\n/);
});
