// Tells on stderr what the bench is at, so that stdout holds nothing but the report.

export type Progress = (line: string) => void

export const createProgress = (): Progress => {
  const begin = performance.now()
  return (line) => {
    const seconds = ((performance.now() - begin) / 1000).toFixed(1).padStart(6)
    process.stderr.write(`${seconds} s  ${line}\n`)
  }
}
