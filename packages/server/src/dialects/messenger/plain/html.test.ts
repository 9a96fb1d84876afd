import { expect, test } from 'vitest'
import { html } from './html.ts'

test('texts are escaped, in content and in quoted attributes', () => {
  const hostile = `</noscript><script>alert("1")</script>&amp;'`
  const escaped = '&lt;/noscript&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;&#39;'
  expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`)
})

test('HTML, lists of it, numbers and nothing go in as they are', () => {
  const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`)
  expect(html`<ul>${items}</ul>${null}${7}${html`<br>`}`.text).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li></ul>7<br>',
  )
})
