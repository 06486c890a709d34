/** Makes the template of a test run in the folder that it is given. */
import { makeTemplate } from './test-template.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('say in which folder')
await makeTemplate(folder)
