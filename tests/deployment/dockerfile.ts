// The Dockerfile as data: its stages and their instructions. It knows what this project's file uses and refuses the rest.

export type Instruction =
  | { readonly kind: 'WORKDIR'; readonly path: string }
  | {
      readonly kind: 'COPY'
      readonly from: string | null
      readonly sources: string[]
      readonly target: string
    }
  | { readonly kind: 'RUN'; readonly command: string }
  | { readonly kind: 'ENV'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'USER'; readonly name: string }
  | { readonly kind: 'VOLUME'; readonly paths: readonly string[] }
  | { readonly kind: 'EXPOSE'; readonly port: string }
  | { readonly kind: 'STOPSIGNAL'; readonly signal: string }
  | { readonly kind: 'HEALTHCHECK'; readonly command: readonly string[] }
  | { readonly kind: 'CMD'; readonly command: readonly string[] }

export interface Stage {
  /** Null for the last one, which is the image. */
  readonly name: string | null
  /** An earlier stage, or an image of a registry. */
  readonly base: string
  readonly instructions: readonly Instruction[]
}

/** @throws Error at an instruction, or a form of one, that it does not know */
export function parseDockerfile(text: string): Stage[] {
  const stages: { name: string | null; base: string; instructions: Instruction[] }[] = []
  for (const line of logicalLines(text)) {
    const [word = '', rest = ''] = splitOnce(line)
    if (word === 'FROM') {
      const [base = '', , name] = rest.split(/\s+/)
      stages.push({ name: name ?? null, base, instructions: [] })
      continue
    }
    const stage = stages.at(-1)
    if (stage === undefined) throw new Error(`Before the first FROM: ${line}`)
    stage.instructions.push(parseInstruction(word, rest))
  }
  return stages
}

/** Without comments and empty lines, continued lines joined. */
const logicalLines = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')

function splitOnce(line: string): [string, string] {
  const at = line.search(/\s/)
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at).trim()]
}

function parseInstruction(word: string, rest: string): Instruction {
  switch (word) {
    case 'WORKDIR':
      return { kind: word, path: rest }
    case 'COPY':
      return parseCopy(rest)
    case 'RUN':
      return { kind: word, command: rest }
    case 'ENV':
      return { kind: word, values: Object.fromEntries(rest.split(/\s+/).map((pair) => splitPair(pair))) }
    case 'USER':
      return { kind: word, name: rest }
    case 'VOLUME':
      return { kind: word, paths: execForm(rest) }
    case 'EXPOSE':
      return { kind: word, port: rest }
    case 'STOPSIGNAL':
      return { kind: word, signal: rest }
    case 'HEALTHCHECK':
      return { kind: word, command: execForm(rest.replace(/^(--\S+\s+)*CMD\s+/, '')) }
    case 'CMD':
      return { kind: word, command: execForm(rest) }
    default:
      throw new Error(`Not an instruction that is known here: ${word} ${rest}`)
  }
}

function parseCopy(rest: string): Instruction {
  const words = rest.split(/\s+/)
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : null
  const target = words.pop()
  if (target === undefined || words.length === 0 || words[0]?.startsWith('--')) {
    throw new Error(`Not a form of COPY that is known here: ${rest}`)
  }
  return { kind: 'COPY', from: from ?? null, sources: words, target }
}

function splitPair(pair: string): [string, string] {
  const [, name, value] = /^(\w+)=([^"'$\\]*)$/.exec(pair) ?? []
  if (name === undefined || value === undefined) throw new Error(`Not a plain variable: ${pair}`)
  return [name, value]
}

/** A command without a shell, which would keep signals from it. */
function execForm(text: string): string[] {
  const words: unknown = text.startsWith('[') ? JSON.parse(text) : null
  if (!Array.isArray(words)) throw new Error(`Not in the exec form: ${text}`)
  return words.map(String)
}
