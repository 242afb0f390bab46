// What people do with containers, by a client that was made of the contract alone: `node containers.js make LABEL` makes three and prints what it saw,
// `node containers.js remove LABEL` removes them.

import { Configuration, ContainerView, ContainerViewList, ContainersApi, EventsApi, Problem, ProblemFromJSON, ResponseError } from '../../../target/typescript/client';

/** Of Node. */
declare const process: { env: Record<string, string | undefined>; argv: string[]; exit(code: number): never };

const IMAGE = process.env.IMAGE ?? '';
const configuration = new Configuration({ basePath: process.env.GANTRY_URL + '/api/v1', accessToken: process.env.GANTRY_TOKEN });
const containers = new ContainersApi(configuration);

/** Ids of all with that label, two a page. */
async function pages(label: string): Promise<string[][]> {
    const seen: string[][] = [];
    for (let cursor: string | undefined = undefined; seen.length === 0 || cursor !== undefined; ) {
        const page: ContainerViewList = await containers.listContainers({ label: ['client=' + label], limit: 2, cursor });
        seen.push(page.items.map(one => one.id));
        cursor = page.next;
    }
    return seen;
}

function sleeper(label: string, key?: string): Promise<ContainerView> {
    const spec = { image: IMAGE, command: ['sleep', '1000'], labels: { client: label } };
    return containers.createContainer({ containerRequest: { start: true, spec }, idempotencyKey: key });
}

/** What is refused, as the contract says that it is told. */
async function problem(asked: Promise<unknown>): Promise<Problem> {
    try {
        await asked;
    } catch (refused) {
        if (refused instanceof ResponseError) {
            return ProblemFromJSON(await refused.response.json());
        }
        throw refused;
    }
    throw new Error('it was not refused');
}

/** The types of events as they come; begun when this returns. */
async function events(): Promise<(subject: string, type: string) => Promise<string[]>> {
    const answer = await new EventsApi(configuration).watchEventsRaw({ type: ['io.gantry.container.*'] });
    const reader = answer.raw.body!.pipeThrough(new TextDecoderStream()).getReader();
    return async (subject, type) => {
        const types: string[] = [];
        let text = '';
        while (!types.includes(type)) {
            const part = await reader.read();
            if (part.done) {
                throw new Error('the stream of events ended; seen: ' + types);
            }
            text += part.value;
            const lines = text.split('\n');
            text = lines.pop() ?? '';
            for (const line of lines.filter(one => one.startsWith('data:'))) {
                const event: { type: string; subject: string } = JSON.parse(line.substring('data:'.length));
                if (event.subject === subject) {
                    types.push(event.type);
                }
            }
        }
        await reader.cancel();
        return types;
    };
}

async function make(label: string): Promise<object> {
    const heard = await events();
    const made = await sleeper(label, label);
    const again = await sleeper(label, label);
    await sleeper(label);
    await sleeper(label);

    const version = (await containers.getContainerRaw({ ref: made.id })).raw.headers.get('etag') ?? '';
    const less = { resources: { memory: 134217728 } };
    const changed = await containers.updateContainer({ ref: made.id, containerPatch: less, ifMatch: version });
    const stale = await problem(containers.updateContainer({ ref: made.id, containerPatch: less, ifMatch: version }));

    return {
        id: made.id,
        state: made.state,
        age: Date.now() - made.createdAt.getTime(),
        again: again.id,
        pages: await pages(label),
        memory: changed.spec.resources?.memory,
        stale,
        missing: await problem(containers.getContainer({ ref: 'nowhere' })),
        events: await heard(made.id, 'io.gantry.container.started.v1'),
    };
}

async function remove(label: string): Promise<object> {
    const all = (await pages(label)).flat();
    for (const ref of all) {
        await containers.removeContainer({ ref, force: true });
    }
    return { removed: all, left: await pages(label) };
}

const [verb, label] = process.argv.slice(2);
(verb === 'make' ? make(label) : remove(label)).then(
    told => console.log(JSON.stringify(told)),
    failed => {
        console.error(failed);
        process.exit(1);
    },
);
