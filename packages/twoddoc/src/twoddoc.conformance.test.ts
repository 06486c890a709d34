import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base64ToBytes } from '@sidep/encoding'
import { readTwoddocVectors, vectorsAbsent } from '../../../tools/src/vectors.ts'
import { read2dDoc, type TwoddocDocument, verify2dDocSignature } from './index.ts'

const skip = vectorsAbsent ?? false
const vectors = readTwoddocVectors()

const documents: ReadonlyMap<string, TwoddocDocument> = new Map<string, TwoddocDocument>([
  [
    'test-result-negative',
    {
      type: 'B2',
      familyName: 'NEG',
      firstNames: 'DEPOTHPRIM',
      birthDate: '1955-01-01',
      sex: 'F',
      loinc: '94500-6',
      result: 'N',
      sampledAt: new Date('2021-04-07T08:10:00Z'),
    },
  ],
  [
    'test-result-unknown-sex-female',
    {
      type: 'B2',
      familyName: 'BERTHIER',
      firstNames: 'CORRINE',
      birthDate: '1965-12-06',
      sex: 'F',
      loinc: '000',
      result: 'X',
      sampledAt: new Date('2013-06-20T10:00:00Z'),
    },
  ],
  [
    'vaccination',
    {
      type: 'L1',
      familyName: 'THEOULE SUR MER',
      firstNames: 'JEAN PAUL',
      birthDate: '1962-05-31',
      disease: 'COVID-19',
      agent: 'J07BX03',
      vaccine: 'COMIRNATY PFIZER/BIONTECH',
      maker: 'COMIRNATY PFIZER/BIONTECH',
      doseNumber: 1,
      dosesTotal: 2,
      vaccinatedOn: '2021-03-01',
      cycle: 'CO',
    },
  ],
])

test('every vector of the specification’s test key reads, and verifies as it should', {
  skip,
}, async () => {
  for (const vector of vectors) {
    const read = read2dDoc(vector.text)
    assert.ok(read.ok, `${vector.description}: ${JSON.stringify(read)}`)
    assert.equal(read.header.caId, vector.caId)
    assert.equal(read.header.certificateId, vector.certificateId)
    const spki = base64ToBytes(vector.publicKeySpkiBase64)
    assert.ok(spki.ok)
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
    const key = await crypto.subtle.importKey('spki', spki.value, algorithm, false, ['verify'])
    assert.equal(await verify2dDocSignature(read, key), vector.expectedSignatureValid)
  }
  assert.ok(vectors.length >= 3)
})

test('the vectors that are known say what their documents say', { skip }, () => {
  for (const [description, document] of documents) {
    const vector = vectors.find((candidate) => candidate.description === description)
    const read = read2dDoc(vector?.text ?? '')
    assert.deepEqual(read.ok && read.document, document, description)
  }
})
