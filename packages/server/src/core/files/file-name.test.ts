// What files may be called.
import { expect, test } from 'vitest'
import { fileNameOf } from './file-name.ts'

test.each([
  ['report.pdf', 'report.pdf'],
  ['Отчёт №5 — «май».docx', 'Отчёт №5 — «май».docx'],
  ['👨‍👩‍👧 family.jpg', '👨‍👩‍👧 family.jpg'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\ada\\photo.jpg', 'photo.jpg'],
  ['a\nb\0c\u007f\u0085.txt', 'abc.txt'],
  ['gnp.\u202egpj.exe', 'gnp.gpj.exe'],
  ['  x  ', 'x'],
  ['', 'file'],
  ['..', 'file'],
  ['folder/', 'file'],
  ['\u0001', 'file'],
])('%j becomes %j', (given, name) => {
  expect(fileNameOf(given)).toBe(name)
})

test('a name that is too long or no text is refused', () => {
  expect(fileNameOf('x'.repeat(255))).toHaveLength(255)
  expect(() => fileNameOf('x'.repeat(256))).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  expect(() => fileNameOf('\ud800')).toThrow(expect.objectContaining({ code: 'invalid_encoding' }))
})
