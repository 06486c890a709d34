import { makeExamples, verifyExamples } from './examples.ts'

/** Every example of the specification, as this engine makes and verifies it. */
export const observe = async () => ({
  examples: Object.fromEntries(await makeExamples()),
  verified: await verifyExamples(),
})

Object.assign(globalThis, { observe })
