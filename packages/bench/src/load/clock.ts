// Time for stamps: microseconds that all processes of the machine share.

/** Whole microseconds of the monotonic clock since the machine started. */
export type MicrosClock = () => number

/** The monotonic clock, cheap enough to be asked for every chunk of a socket. */
export function createMicrosClock(): MicrosClock {
  const base = Number(process.hrtime.bigint()) / 1000 - performance.now() * 1000
  return () => Math.floor(base + performance.now() * 1000)
}
