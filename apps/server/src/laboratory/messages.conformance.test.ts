/**
 * Messages of laboratories elsewhere, de-identified: none is of ours, so none is accepted; each is answered, by the field
 * that keeps it from being.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHl7Vectors, vectorsAbsent } from '../../../../tools/src/vectors.ts'
import { checkMessages } from './message-check.ts'
import { checkContext } from './testing.ts'

if (vectorsAbsent !== null) console.log(`# ${vectorsAbsent}`)

/** By the beginning of the name: the first fault that each must be told of, and others that it must. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'validation-marsotcelr-valid$': ['PID^1^5 REQUIRED', 'PID^1^7 REQUIRED'],
  'validation-marsotcelr-sample_1': ['PID^1^7 MALFORMED'],
  'validation-marsotcelr-valid_altered_msh': ['MSH^1^11 PROCESSING_ID_NOT_SUPPORTED'],
  'HL7_to_FHIR_to_HL7-hci': ['OBX^1^3 TEST_UNKNOWN'],
  'HL7_to_FHIR_to_HL7-etor': ['OBX^1^3 TEST_UNKNOWN'],
  'mappinginventory-catchall-orcobr-oml': ['MSH^1^9 MESSAGE_TYPE_NOT_SUPPORTED'],
  'mappinginventory-catchall-orcobr-orm': ['MSH^1^9 MESSAGE_TYPE_NOT_SUPPORTED'],
  'mappinginventory-catchall-obx-OBX-to-Observation-ed-value': ['OBX^1^5 DOCUMENT_UNREADABLE'],
}

for (const { name, bytes } of readHl7Vectors()) {
  test(`${name} is answered once, at fields that it has`, () => {
    const [answer, ...others] = checkMessages(bytes, checkContext)
    assert.deepEqual(others, [])
    assert.ok(answer !== undefined && answer.message !== null)
    assert.equal(answer.ack, 'AE')
    const faults = answer.errors.map(({ location, rule }) => `${location} ${rule}`)
    for (const { location } of answer.errors)
      assert.match(location, /^[A-Z]{2}[A-Z0-9](?:\^\d+){1,2}$/)
    for (const [beginning, wanted] of Object.entries(expected)) {
      if (new RegExp(`^${beginning}`).test(name))
        for (const fault of wanted) assert.ok(faults.includes(fault), fault)
    }
  })
}
