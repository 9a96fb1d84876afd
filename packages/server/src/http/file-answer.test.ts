import { expect, test } from 'vitest'
import { contentDisposition } from './file-answer.ts'

test.each([
  ['plan.pdf', 'inline; filename=plan.pdf'],
  ['plan (2).pdf', 'inline; filename="plan (2).pdf"'],
  ['a"b\\c.txt', "inline; filename=a_b_c.txt; filename*=UTF-8''a%22b%5Cc.txt"],
  ['100%41.txt', "inline; filename=100_41.txt; filename*=UTF-8''100%2541.txt"],
  ['Ü.txt', "inline; filename=_.txt; filename*=UTF-8''%C3%9C.txt"],
  ['evil\u202efdp.exe', "inline; filename=evil_fdp.exe; filename*=UTF-8''evil%E2%80%AEfdp.exe"],
  ['a\r\nset-cookie: x', `inline; filename="a__set-cookie: x"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20x`],
  ["it's*.txt", "inline; filename=it's*.txt"],
  ['\ud800.txt', "inline; filename=_.txt; filename*=UTF-8''%EF%BF%BD.txt"],
])('F4: a file is named in a header without breaking it: %j', (name, header) => {
  expect(contentDisposition('inline', name)).toBe(header)
})
