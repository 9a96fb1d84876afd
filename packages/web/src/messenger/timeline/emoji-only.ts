// Messages of nothing but a few emoji are shown large.

const onlyEmoji = /^(?:\p{RGI_Emoji}\uFE0F?\s*){1,3}$/v

/** One to three emoji and nothing else. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= 60 && onlyEmoji.test(text.trim())
}
