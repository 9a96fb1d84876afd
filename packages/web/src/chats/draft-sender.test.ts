// What is sent is what was there when it was sent: what is typed and chosen while files are read is neither sent nor lost.
import { memoryOutbox, outboxLimits } from '@parley/client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../../client/src/testing/until.ts'
import { type Draft, emptyDraft } from './draft.ts'
import { type DraftPage, DraftStage } from './testing/draft-stage.ts'

let stage: DraftStage
let page: DraftPage
let chatId: string

beforeEach(async () => {
  stage = await DraftStage.open()
  page = await stage.page(memoryOutbox())
  chatId = stage.chat.id
})
afterEach(() => stage.close())

const write = (text: string) => page.drafts.update(chatId, (draft) => ({ ...draft, text }))
const answer = (messageId: string) =>
  page.drafts.update(chatId, (draft) => ({ ...draft, answered: { messageId, senderId: 'ada', line: 'x' } }))
const choose = (...names: string[]) =>
  page.sender.choose(
    chatId,
    names.map((name) => new File([name], name)),
  )
const draft = () => page.drafts.get(chatId)
const names = ({ files }: Draft) => files.map(({ name }) => name)
const sends = () => stage.server.framesOf('send_message')

describe('V10: while the contents of files come', () => {
  test('what is typed, chosen and answered is the next draft', async () => {
    const [first, second] = ['one', 'two'].map((text) => stage.said(text).id)
    write('with a file')
    answer(first ?? '')
    await choose('a.txt')
    stage.files.hold()
    const sending = page.sender.send(chatId)
    expect(draft()).toEqual(emptyDraft)
    write('typed since')
    answer(second ?? '')
    await choose('b.txt')
    stage.files.come()
    expect(await sending).toBeNull()
    await until(() => page.client.unsent().length === 0)
    expect(sends()).toMatchObject([
      { text: 'with a file', reply_to_id: first, file_ids: [expect.any(String)] },
    ])
    expect(draft()).toMatchObject({ text: 'typed since', answered: { messageId: second } })
    expect(names(draft())).toEqual(['b.txt'])
    await until(() => stage.files.contents.size === 1)
    expect(stage.keys()).toEqual([`parley.draft.${stage.userId}.${chatId}`])
  })

  test('an edit that is begun stays', async () => {
    await choose('a.txt')
    stage.files.hold()
    const sending = page.sender.send(chatId)
    const edit = { messageId: 'm', original: 'x', text: 'y' }
    page.drafts.update(chatId, (former) => ({ ...former, edit }))
    stage.files.come()
    await sending
    expect(draft()).toEqual({ ...emptyDraft, edit })
  })

  test('the next message of the chat waits, and Enter pressed twice is one', async () => {
    write('first')
    await choose('a.txt')
    stage.files.hold()
    const sending = [page.sender.send(chatId), page.sender.send(chatId)]
    write('second')
    sending.push(page.sender.send(chatId), page.sender.send(chatId))
    stage.files.come()
    expect(await Promise.all(sending)).toEqual([null, null, null, null])
    await until(() => stage.texts().length === 2)
    expect(stage.texts()).toEqual(['first', 'second'])
  })
})

test('V10: without files the outbox has the message in the same turn', () => {
  write(' hello ')
  void page.sender.send(chatId)
  expect(page.client.unsent()).toMatchObject([{ kind: 'message', text: 'hello' }])
  expect(draft()).toEqual(emptyDraft)
})

describe('V10: what is refused comes back before what was typed since', () => {
  test.each([
    [
      'lost',
      { kind: 'lost', fileName: 'b.txt' },
      () => stage.files.contents.delete(draft().files[1]?.id ?? ''),
    ],
    [
      'full',
      { kind: 'full' },
      () => {
        const huge = { size: outboxLimits.waitingBytes + 1 } as Blob
        stage.files.contents.set(draft().files[1]?.id ?? '', huge)
      },
    ],
  ] as const)('%s', async (_, refusal, spoil) => {
    write('with files')
    answer('m')
    await choose('a.txt', 'b.txt')
    spoil()
    stage.files.hold()
    const sending = page.sender.send(chatId)
    write('typed since')
    await choose('c.txt')
    stage.files.come()
    expect(await sending).toEqual(refusal)
    expect(draft()).toMatchObject({ text: 'with files\ntyped since', answered: { messageId: 'm' } })
    expect(names(draft())).toEqual(['a.txt', 'b.txt', 'c.txt'])
    expect(page.client.unsent()).toEqual([])
    expect(stage.keys()).toEqual([`parley.draft.${stage.userId}.${chatId}`])
  })

  test('nothing of it is sent, however many messages it was to be', async () => {
    write('one two')
    await choose('a.txt')
    stage.files.contents.clear()
    const split = (text: string) => text.split(' ')
    expect(await page.sender.send(chatId, split)).toEqual({ kind: 'lost', fileName: 'a.txt' })
    expect(draft().text).toBe('one\ntwo')
    page.sender.removeFile(chatId, draft().files[0]?.id ?? '')
    expect(await page.sender.send(chatId, (text) => text.split('\n'))).toBeNull()
    await until(() => stage.texts().length === 2)
    expect(stage.texts()).toEqual(['one', 'two'])
  })

  test('and when the client is closed', async () => {
    await page.client.close()
    write('too late')
    await page.sender.send(chatId)
    expect(draft().text).toBe('too late')
    const edit = { messageId: 'm', original: 'x', text: 'y' }
    page.drafts.update(chatId, (former) => ({ ...former, edit }))
    page.sender.save(chatId, edit)
    expect(draft().edit).toEqual(edit)
  })
})

test('V10: files are in the draft as soon as they are chosen, together', async () => {
  const choosing = choose('a.txt', 'b.txt')
  expect(names(draft())).toEqual(['a.txt', 'b.txt'])
  expect(await choosing).toBe('storage')
})
