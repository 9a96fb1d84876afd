import { describe, expect, test } from 'vitest'
import { fillDocument } from './document.ts'

const parts = { machine: 'A machine.', goals: 'Goals.', contestants: '', scenarios: 'Tables.', studies: '' }

describe('document', () => {
  test('parts go between their markers, again and again, and the words around them stay', () => {
    const document = '# Speed\n\n<!-- bench: goals -->\nold\n<!-- /bench: goals -->\n\nWords.\n'
    const { text, missing } = fillDocument(document, parts)
    expect(text).toBe('# Speed\n\n<!-- bench: goals -->\n\nGoals.\n\n<!-- /bench: goals -->\n\nWords.\n')
    expect(missing).toEqual(['machine', 'contestants', 'scenarios', 'studies'])
    expect(fillDocument(text, parts).text).toBe(text)
  })

  test('a part that was not measured says so', () => {
    const { text } = fillDocument('<!-- bench: studies --><!-- /bench: studies -->', parts)
    expect(text).toContain('Not measured.')
  })
})
