// Runs the conversation under Node: says on the standard output what to do with the wire, and hears on the input that it is done.
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Parley } from '@parley/client'
import { talk } from './talk.js'

const answers = createInterface({ input: process.stdin })
const ask = async (what: string): Promise<void> => {
  console.log(what)
  await once(answers, 'line')
}
const [url = '', suffix = ''] = process.argv.slice(2)
const heard = await talk(Parley, url, suffix, { cut: () => ask('cut'), restore: () => ask('restore') })
console.log(JSON.stringify(heard))
// The process ends by itself: nothing of the SDK may keep it.
answers.close()
process.stdin.destroy()
