// What the SDK offers under Node beside its public face.
export { fileDevices } from './file-devices.ts'
export { fileOutbox } from './file-outbox.ts'
