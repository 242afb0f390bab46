// What the contract says is what compiles, and nothing else does: each @ts-expect-error that has no error below it is one.

import { ContainerRequest, ContainerView, ContainersApi, Mount, Owner, Problem } from '../../../target/typescript/client';

export const least: ContainerRequest = { spec: { image: 'shop/web:1' } };

// @ts-expect-error a container has an image
export const nothing: ContainerRequest = { spec: {} };

// @ts-expect-error a command is a list of words
export const words: ContainerRequest = { spec: { image: 'shop/web:1', command: 'sleep 1000' } };

// @ts-expect-error there is no such field
export const misspelled: ContainerRequest = { spec: { image: 'shop/web:1', comand: ['sleep', '1000'] } };

export const rooms: Mount[] = [
    { kind: 'volume', source: 'data', target: '/var/lib/data' },
    { kind: 'tmpfs', target: '/tmp' },
    // @ts-expect-error there is no such kind
    { kind: 'floppy', target: '/mnt' },
];

/** One of several kinds: which fields there are follows from the kind. */
export function slot(owner: Owner): number {
    switch (owner.kind) {
        case 'replica':
            return owner.slot;
        case 'person':
            // @ts-expect-error a person's has no slot
            return owner.slot;
        case 'build':
            return 0;
    }
}

export function looked(view: ContainerView, problem: Problem): void {
    const made: Date = view.createdAt;
    const all: Record<string, string> = view.spec.labels ?? {};
    // @ts-expect-error it has none while it runs
    const code: number = view.exitCode;
    // @ts-expect-error there is no such state
    const odd: boolean = view.state === 'SLEEPING';
    const status: number = problem.status;
    console.log(made, all, code, odd, status);
}

export async function listed(api: ContainersApi): Promise<void> {
    const page = await api.listContainers({ limit: 2, state: ['RUNNING'], label: ['a=b'] });
    const next: string | undefined = page.next;
    // @ts-expect-error a number is none
    await api.listContainers({ cursor: 5 });
    console.log(next);
}
