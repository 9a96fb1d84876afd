// What was handed over is sent once or is a draft again, wherever the page ended.
import { memoryOutbox, type ParleyClient } from '@parley/client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../../client/src/testing/until.ts'
import { type Edit, emptyDraft } from './draft.ts'
import { forgetRecords } from './drafts.ts'
import { noteOf } from './handover.ts'
import { type DraftPage, DraftStage, deniedStore } from './testing/draft-stage.ts'

let stage: DraftStage
let chatId: string

beforeEach(async () => {
  stage = await DraftStage.open()
  chatId = stage.chat.id
})
afterEach(() => stage.close())

const say = (page: DraftPage, text: string) => {
  page.drafts.update(chatId, (draft) => ({ ...draft, text }))
  void page.sender.send(chatId)
}
const offline = async (client: ParleyClient) => {
  stage.server.cut()
  await until(() => client.connectionState().status === 'waiting')
}
const noted = () => stage.keys().filter((key) => key.startsWith(`parley.handed.${stage.userId}.`))
/** A page that starts when all others have ended, as far as it had come. */
const nextPage = async (outbox = deniedStore) => {
  const page = await stage.page(outbox)
  await page.handover.recover()
  return page
}
const refuse = () => {
  stage.server.fateOf = () => ({ code: 'posting_restricted', retryable: false })
}

describe('V10: a message that was handed over', () => {
  test('is noted until the outbox has kept it', async () => {
    const page = await stage.page(memoryOutbox())
    await offline(page.client)
    say(page, 'hello')
    expect(noted()).toHaveLength(1)
    await until(() => noted().length === 0)
    expect(page.client.unsent()).toHaveLength(1)
  })

  test('is noted until the server has it, if the outbox cannot keep it', async () => {
    const page = await stage.page(deniedStore)
    await offline(page.client)
    say(page, 'hello')
    expect(await page.client.kept(page.client.unsent()[0]?.id ?? '')).toBe(false)
    expect(noted()).toHaveLength(1)
    page.client.reconnect()
    await until(() => noted().length === 0)
    expect(stage.texts()).toEqual(['hello'])
  })

  test('is sent by the next page, once and in order, whatever the server had of it', async () => {
    const page = await stage.page(deniedStore)
    stage.server.fateOf = () => 'lose the ack'
    say(page, 'arrived, and nobody heard')
    await until(() => stage.texts().length === 1)
    await offline(page.client)
    for (const text of ['one', 'two', 'three']) say(page, text)
    stage.server.fateOf = () => 'ack'
    await nextPage()
    await until(() => noted().length === 0)
    expect(stage.texts()).toEqual(['arrived, and nobody heard', 'one', 'two', 'three'])
  })

  test('and deleted does not come back', async () => {
    const message = stage.said('gone')
    stage.chat.delete(message.seq)
    const { drafts, client } = await stage.page(deniedStore)
    drafts.handOver(chatId, [noteOf(message.id, chatId, { text: 'gone' })], (draft) => draft)
    const next = await nextPage()
    await until(() => noted().length === 0)
    expect(stage.texts()).toEqual([null])
    expect([client.unsent(), next.client.unsent(), next.drafts.get(chatId)]).toEqual([[], [], emptyDraft])
  })

  test('while its files were being read goes with them, and with what it answers', async () => {
    const answered = { messageId: stage.said('first').id, senderId: 'x', line: 'first' }
    const page = await stage.page(memoryOutbox())
    page.drafts.update(chatId, (draft) => ({ ...draft, text: 'with a file', answered }))
    await page.sender.choose(chatId, [new File(['content'], 'a.txt')])
    stage.files.hold()
    void page.sender.send(chatId)
    expect(page.client.unsent()).toEqual([])
    page.drafts.close()
    await page.client.close()
    stage.files.come()
    await nextPage()
    await until(() => stage.texts().length === 2)
    expect(stage.server.framesOf('send_message')).toMatchObject([
      { text: 'with a file', reply_to_id: answered.messageId, file_ids: [expect.any(String)] },
    ])
    expect(stage.server.files).toEqual([expect.stringContaining('content')])
    await until(() => noted().length === 0 && stage.files.contents.size === 0)
  })

  test('whose file is gone is a draft again, unless the server has it', async () => {
    const files = [{ id: 'f', name: 'a.txt', size: 1 }]
    const { drafts } = await stage.page(deniedStore)
    const { id } = stage.said('arrived')
    const notes = [
      noteOf(id, chatId, { text: 'arrived', files }),
      noteOf(`${id}+`, chatId, { text: 'half', files }),
    ]
    drafts.handOver(chatId, notes, (draft) => draft)
    const next = await nextPage()
    expect(next.drafts.get(chatId)).toEqual({ ...emptyDraft, text: 'half', files })
    expect(noted()).toEqual([])
    expect(next.client.unsent()).toEqual([])
  })

  test('and refused is not sent again by the next page: its text is a draft, with its files', async () => {
    const page = await stage.page(deniedStore)
    refuse()
    await page.sender.choose(chatId, [new File(['content'], 'a.txt')])
    say(page, 'refused')
    await until(() => page.drafts.allHanded()[0]?.isRefused === true)
    stage.server.fateOf = () => 'ack'
    const next = await nextPage()
    expect(next.drafts.get(chatId)).toMatchObject({ text: 'refused', files: [{ name: 'a.txt' }] })
    expect([stage.texts(), noted(), next.client.unsent()]).toEqual([[], [], []])
    expect(await next.sender.send(chatId)).toBeNull()
    await until(() => stage.texts().length === 1)
  })

  test('and refused is noted no more when it is tried again or given up', async () => {
    const page = await stage.page(deniedStore)
    refuse()
    for (const text of ['again', 'given up']) say(page, text)
    await until(() => page.drafts.allHanded().filter(({ isRefused }) => isRefused).length === 2)
    const [again, givenUp] = page.client.unsent().map(({ id }) => id)
    stage.server.fateOf = () => 'ack'
    const handle = page.client.chats.handle(chatId)
    await handle.retry(again ?? '')
    await handle.discard(givenUp ?? '')
    await until(() => noted().length === 0)
    expect(stage.texts()).toEqual(['again'])
  })

  test('and refused while the messenger was left is known as refused when it is entered again', async () => {
    const page = await stage.page(deniedStore)
    const { client } = page
    refuse()
    say(page, 'refused')
    page.drafts.close()
    await until(() => client.unsent()[0]?.failed?.code === 'posting_restricted')
    const again = stage.entered(client)
    expect(again.drafts.allHanded()).toMatchObject([{ isRefused: false }])
    await again.handover.recover()
    expect(again.drafts.allHanded()).toMatchObject([{ isRefused: true }])
  })

  test('is forgotten at logout', async () => {
    const page = await stage.page(deniedStore)
    await offline(page.client)
    say(page, 'secret')
    expect(noted()).toHaveLength(1)
    page.drafts.close()
    forgetRecords(stage.storage, stage.userId)
    const next = await nextPage()
    expect([stage.keys(), next.client.unsent(), stage.texts()]).toEqual([[], [], []])
  })
})

describe('V10: an edit that was handed over', () => {
  const editOf = (original: string, text: string): Edit => ({ messageId: message().id, original, text })
  const message = () => stage.chat.messages[0] ?? expect.fail('no message')
  const save = (page: DraftPage, edit: Edit) => {
    page.drafts.update(chatId, (draft) => ({ ...draft, edit }))
    page.sender.save(chatId, edit)
    expect(page.drafts.get(chatId).edit).toBeNull()
  }
  /** A page that ended offline, with this saved and not kept. */
  const leave = async (edit: Edit) => {
    const page = await stage.page(deniedStore)
    await offline(page.client)
    save(page, edit)
    expect(noted()).toHaveLength(1)
    return page
  }

  beforeEach(() => {
    stage.said('mistaek')
  })

  test('is noted until the outbox has kept it', async () => {
    const page = await stage.page(memoryOutbox())
    await offline(page.client)
    save(page, editOf('mistaek', 'mistake'))
    await until(() => noted().length === 0)
    expect(page.client.unsent()).toHaveLength(1)
  })

  test('is saved by the next page, and noted until the server has it', async () => {
    await leave(editOf('mistaek', 'mistake'))
    const next = await nextPage()
    await until(() => noted().length === 0)
    expect(message().text).toBe('mistake')
    expect(next.client.unsent()).toEqual([])
  })

  test('does not take the place of a newer text: it is put aside', async () => {
    const edit = editOf('mistaek', 'mistake')
    await leave(edit)
    stage.chat.edit(message().seq, 'something else')
    const next = await nextPage()
    expect(next.drafts.get(chatId).putAside).toEqual([edit])
    expect([message().text, noted(), next.client.unsent()]).toEqual(['something else', [], []])
  })

  test('that arrived is done', async () => {
    await leave(editOf('mistaek', 'mistake'))
    stage.chat.edit(message().seq, 'mistake')
    const next = await nextPage()
    expect([noted(), next.drafts.get(chatId), next.client.unsent()]).toEqual([[], emptyDraft, []])
  })

  test('gives way to a later change that waits in the outbox', async () => {
    const store = memoryOutbox()
    await leave(editOf('mistaek', 'mistake'))
    const later = await stage.page(store)
    await offline(later.client)
    save(later, editOf('mistaek', 'the last word'))
    await until(() => noted().length === 1)
    await later.client.close()
    stage.server.fateOf = () => ({ code: 'rate_limited', retryable: true })
    const next = await nextPage(store)
    expect(next.client.unsent()).toMatchObject([{ text: 'the last word' }])
    expect([message().text, noted(), next.drafts.get(chatId)]).toEqual(['mistaek', [], emptyDraft])
  })

  test('of a message that is gone, or cannot be asked for, is put aside', async () => {
    const edit = editOf('mistaek', 'mistake')
    await leave(edit)
    stage.server.restOverride = (call) => (call.startsWith('GET /messages/') ? { status: 503 } : undefined)
    const next = await nextPage()
    expect(next.drafts.get(chatId).putAside).toEqual([edit])
    expect(noted()).toEqual([])
  })
})
