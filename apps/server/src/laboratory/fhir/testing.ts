/** A sound transaction of an invented person, for tests. */
import { testIns } from '../testing.ts'

const loinc = 'http://loinc.org'
const snomed = 'http://snomed.info/sct'
const urls = {
  patient: 'urn:uuid:0b6e1b0c-0000-4000-8000-000000000001',
  practitioner: 'urn:uuid:0b6e1b0c-0000-4000-8000-000000000002',
  organization: 'urn:uuid:0b6e1b0c-0000-4000-8000-000000000003',
  request: 'urn:uuid:0b6e1b0c-0000-4000-8000-000000000004',
  specimen: 'urn:uuid:0b6e1b0c-0000-4000-8000-000000000005',
  observation: 'urn:uuid:0b6e1b0c-0000-4000-8000-000000000006',
  report: 'urn:uuid:0b6e1b0c-0000-4000-8000-000000000007',
} as const
const to = (reference: string) => ({ reference })
const pcr = { coding: [{ system: loinc, code: '94500-6', display: 'SARS-CoV-2 RNA' }] }

const resources = () =>
  [
    [
      urls.patient,
      {
        resourceType: 'Patient',
        identifier: [{ system: 'urn:oid:1.2.250.1.213.1.4.10', value: testIns }],
        name: [{ use: 'official', family: 'TESTNOM', given: ['ANNE', 'LUCIE'] }],
        telecom: [
          { system: 'phone', use: 'mobile', value: '0612345678' },
          { system: 'email', value: 'anne@example.org' },
        ],
        gender: 'female',
        birthDate: '1979-03-11',
        address: [{ line: ['1 rue du Test'], postalCode: '75002', city: 'Paris', country: 'FRA' }],
      },
    ],
    [
      urls.practitioner,
      {
        resourceType: 'Practitioner',
        identifier: [{ system: 'urn:oid:1.2.250.1.71.4.2.1', value: '899700075122' }],
        name: [{ family: 'TESTBIOLOGISTE', given: ['LEA'] }],
      },
    ],
    [
      urls.organization,
      {
        resourceType: 'Organization',
        identifier: [{ system: 'urn:oid:1.2.250.1.71.4.2.2', value: '1750712184' }],
        name: 'LABTEST',
      },
    ],
    [
      urls.request,
      {
        resourceType: 'ServiceRequest',
        identifier: [{ value: 'P001' }],
        status: 'completed',
        intent: 'order',
        code: pcr,
        subject: to(urls.patient),
      },
    ],
    [
      urls.specimen,
      {
        resourceType: 'Specimen',
        identifier: [{ value: 'S001' }],
        type: { coding: [{ system: snomed, code: '258500001' }] },
        subject: to(urls.patient),
        collection: { collectedDateTime: '2026-11-29T08:30:00+01:00' },
      },
    ],
    [
      urls.observation,
      {
        resourceType: 'Observation',
        status: 'final',
        code: pcr,
        subject: to(urls.patient),
        effectiveDateTime: '2026-11-29T08:30:00+01:00',
        issued: '2026-11-29T10:20:00+01:00',
        performer: [to(urls.practitioner), to(urls.organization)],
        valueCodeableConcept: { coding: [{ system: snomed, code: '260415000' }] },
        specimen: to(urls.specimen),
        basedOn: [to(urls.request)],
      },
    ],
    [
      urls.report,
      {
        resourceType: 'DiagnosticReport',
        identifier: [{ value: 'F001' }],
        status: 'final',
        code: pcr,
        subject: to(urls.patient),
        specimen: [to(urls.specimen)],
        result: [to(urls.observation)],
        basedOn: [to(urls.request)],
      },
    ],
  ] as const

export type Json = { [name: string]: Json } | Json[] | string | number | boolean | null

/** The bundle anew, so that a test may spoil it. */
export const soundTransaction = (): Json =>
  structuredClone({
    resourceType: 'Bundle',
    identifier: { value: 'TEST-BUNDLE-1' },
    type: 'transaction',
    timestamp: '2026-11-29T10:30:00+01:00',
    entry: resources().map(([fullUrl, resource]) => ({
      fullUrl,
      resource,
      request: { method: 'POST', url: resource.resourceType },
    })),
  }) as unknown as Json

/** The same as a message. */
export const soundMessage = (): Json =>
  structuredClone({
    resourceType: 'Bundle',
    identifier: { value: 'TEST-BUNDLE-2' },
    type: 'message',
    timestamp: '2026-11-29T10:30:00+01:00',
    entry: [
      {
        fullUrl: 'urn:uuid:0b6e1b0c-0000-4000-8000-000000000009',
        resource: {
          resourceType: 'MessageHeader',
          eventCoding: { system: 'http://terminology.hl7.org/CodeSystem/v2-0003', code: 'R01' },
          source: { endpoint: 'urn:oid:1.2.250.1.99' },
          focus: [to(urls.report)],
        },
      },
      ...resources().map(([fullUrl, resource]) => ({ fullUrl, resource })),
    ],
  }) as unknown as Json
