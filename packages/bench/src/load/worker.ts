// The generator's process.
import { createGenerator } from './generator.ts'
import { serveLoad } from './serve-load.ts'

serveLoad(createGenerator)
