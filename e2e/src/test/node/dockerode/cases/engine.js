'use strict';
// The engine that DOCKER_HOST names, and the image that the cases run.
const Docker = require('dockerode');
const { PassThrough } = require('node:stream');

const docker = new Docker();
const image = process.env.IMAGE;

/** Looks again until it is so; fails after a while. */
async function until(so) {
  const end = Date.now() + 20_000;
  while (!(await so())) {
    if (Date.now() > end) throw new Error(`it did not become so: ${so}`);
    await new Promise((later) => setTimeout(later, 20));
  }
}

/** All that comes until the stream's end. */
async function all(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The two outputs of a multiplexed stream, when it has ended. */
async function apart(stream) {
  const [out, err] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, out, err);
  stream.on('end', () => {
    out.end();
    err.end();
  });
  return Promise.all([all(out), all(err)]);
}

/** What a stream of progress says, when it has ended. */
function followed(stream) {
  return new Promise((done, fail) => docker.modem.followProgress(stream, (error, lines) => (error ? fail(error) : done(lines))));
}

/** A container that goes whatever becomes of the case. */
async function container(test, options) {
  const made = await docker.createContainer({ Image: image, ...options });
  test.after(() => made.remove({ force: true, v: true }).catch((error) => {
    if (error.statusCode !== 404) throw error;
  }));
  return made;
}

/** One that runs. */
async function running(test, options) {
  const made = await container(test, { Cmd: ['sleep', '1000'], ...options });
  await made.start();
  return made;
}

module.exports = { docker, image, until, all, apart, followed, container, running };
