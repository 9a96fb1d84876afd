// Look-ups of entities over a table in memory whose reads are held open by hand.
import { expect, test } from 'vitest'
import { EntityMemory } from './entity-memory.ts'

interface Row {
  readonly id: string
  readonly name: string
}

function startMemory(names: Record<string, string>) {
  const table = new Map(Object.entries(names))
  const reads: { readonly ids: readonly string[]; readonly answer: () => void }[] = []
  const memory = new EntityMemory<Row>(
    () => 0,
    { ttlMs: 1_000, max: 100 },
    (ids) => {
      // As a database does it: what the rows are is settled when the read begins.
      const rows = ids.flatMap((id) => ({ id, name: table.get(id) ?? '' })).filter(({ name }) => name !== '')
      const { promise, resolve } = Promise.withResolvers<Row[]>()
      reads.push({ ids, answer: () => resolve(rows) })
      return promise
    },
  )
  const asked = () => reads.map(({ ids }) => ids)
  const answer = async () => {
    for (const read of reads.splice(0)) read.answer()
    await new Promise(setImmediate)
  }
  return { table, memory, asked, answer }
}

test('what is not in memory is read together, each id once, and then is there in the same turn', async () => {
  const { memory, asked, answer } = startMemory({ a: 'Ann', b: 'Bob' })
  const late = memory.of(['a', 'b', 'a'])
  expect(late).toBeInstanceOf(Promise)
  expect(asked()).toEqual([['a', 'b']])
  await answer()
  expect((await late).get('b').name).toBe('Bob')
  const found = memory.of(['b', 'a'])
  if (found instanceof Promise) throw new Error('Both are in memory')
  expect([found.get('a').name, found.get('b').name]).toEqual(['Ann', 'Bob'])
  expect(asked()).toEqual([])
})

test('only what is missing is read', async () => {
  const { memory, asked, answer } = startMemory({ a: 'Ann', b: 'Bob' })
  void memory.of(['a'])
  await answer()
  const both = memory.of(['a', 'b'])
  expect(asked()).toEqual([['b']])
  await answer()
  expect((await both).get('a').name).toBe('Ann')
})

test('what was read before a change is neither kept nor given out', async () => {
  const { table, memory, asked, answer } = startMemory({ a: 'Ann' })
  const found = memory.of(['a'])
  table.set('a', 'Anna')
  memory.forget('a')
  await answer()
  expect(asked()).toEqual([['a']])
  await answer()
  expect((await found).get('a').name).toBe('Anna')
  const again = memory.of(['a'])
  expect(again instanceof Promise ? null : again.get('a').name).toBe('Anna')
})

test('an id that nothing has is refused, and the others are kept', async () => {
  const { memory, asked, answer } = startMemory({ a: 'Ann' })
  const found = memory.of(['a', 'nobody'])
  const refusal = expect(found).rejects.toThrow('does not exist')
  await answer()
  await refusal
  expect(memory.of(['a'])).not.toBeInstanceOf(Promise)
  expect(asked()).toEqual([])
})

test('an id that was not asked for is refused, in short lists and in long ones', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `id-${index}`)
  const { memory, answer } = startMemory(Object.fromEntries(ids.map((id) => [id, id.toUpperCase()])))
  for (const count of [1, 20]) {
    const found = memory.of(ids.slice(0, count))
    await answer()
    const entities = await found
    expect(entities.get('id-0').name).toBe('ID-0')
    expect(() => entities.get('id-99')).toThrow('not looked up')
  }
})
