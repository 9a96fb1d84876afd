// Objects of the wire are made by hand in one place of the tests, so that a new field is added there once.
import { expect, test } from 'vitest'
import { readSources } from './sources.ts'

/** Neighbouring fields that only a whole object has, as the schemas order them. */
const wholeObjects: Record<string, RegExp> = {
  message: /edited_at: [^,;]+,\s*deleted_at: [^,;]+[,}]/,
  chat: /member_count: [^,;]+,\s*direct_user_ids: [^,;]+,/,
  member: /joined_seq: [^,;]+,\s*read_seq: [^,;]+,\s*left_at: /,
  user: /bio: [^,;]+,\s*avatar_id: [^,;]+,/,
}
const builders = 'packages/protocol/test/samples.ts'

test('tests make messages, chats, members and users with the samples of the protocol', () => {
  const testing = readSources('packages', 'tests').filter(({ path }) =>
    /\.test\.tsx?$|\/test(ing)?\/|^tests\//.test(path),
  )
  const found = testing.flatMap(({ path, text }) =>
    Object.entries(wholeObjects).flatMap(([name, fields]) =>
      fields.test(text) ? [`${path}: a ${name}`] : [],
    ),
  )
  const expected = Object.keys(wholeObjects).map((name) => `${builders}: a ${name}`)
  expect(found.sort()).toEqual(expected.sort())
})
