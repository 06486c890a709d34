/**
 * Reads the outside test material, `../shared/vectors` beside the checkout. It is never copied into
 * the repository; where it is absent, suites say so in one line and run on their own vectors.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

const vectorsFolder = resolve(import.meta.dirname, '../../../shared/vectors')

/** The line a suite prints when it has to do without; null when the folder is there. */
export const vectorsAbsent: string | null = existsSync(vectorsFolder)
  ? null
  : `outside vectors are absent (${vectorsFolder}): running on our own only`

/** What each layer of a certificate is expected to answer; an absent key is not tested. */
interface DccExpectations {
  readonly EXPECTEDPICTUREDECODE?: boolean
  readonly EXPECTEDUNPREFIX?: boolean
  readonly EXPECTEDB45DECODE?: boolean
  readonly EXPECTEDCOMPRESSION?: boolean
  readonly EXPECTEDDECODE?: boolean
  readonly EXPECTEDVERIFY?: boolean
  readonly EXPECTEDVALIDJSON?: boolean
  readonly EXPECTEDVALIDOBJECT?: boolean
  readonly EXPECTEDSCHEMAVALIDATION?: boolean
  readonly EXPECTEDENCODE?: boolean
  readonly EXPECTEDEXPIRATIONCHECK?: boolean
  readonly EXPECTEDKEYUSAGE?: boolean
}

/** One EU DCC test vector (eu-dcc/COUNTRY/name.json). */
export interface DccVector {
  /** `FR/DCC_Test_0001`, as tests and lists of exceptions name it. */
  readonly id: string
  readonly country: string
  readonly description: string
  /** Text of the QR code. */
  readonly text: string
  /** Base45 without prefix, when given. */
  readonly base45: string | undefined
  /** Hexadecimal, when given. */
  readonly compressed: string | undefined
  /** Hexadecimal, when given. */
  readonly cose: string | undefined
  /** Hexadecimal, when given; of the DCC alone or of the whole CWT claims set. */
  readonly cbor: string | undefined
  /** The DCC as JSON, when given. */
  readonly json: unknown
  /** QR code as base64 PNG, when given. */
  readonly picture: string | undefined
  /** The signer's certificate, base64 DER. */
  readonly certificate: string
  /** When to verify. */
  readonly at: Date
  readonly expected: DccExpectations
}

interface DccFile {
  readonly PREFIX: string
  readonly BASE45?: string
  readonly COMPRESSED?: string
  readonly COSE?: string
  readonly CBOR?: string
  readonly JSON?: unknown
  readonly '2DCODE'?: string
  readonly TESTCTX: {
    readonly CERTIFICATE: string
    readonly VALIDATIONCLOCK: string
    readonly DESCRIPTION?: string
  }
  readonly EXPECTEDRESULTS: DccExpectations
}

// The files are what their publisher says they are: a wrong one fails the test that reads it.
const readJson = <Shape>(file: string): Shape => JSON.parse(readFileSync(file, 'utf8'))

const filesIn = (pattern: string): string[] =>
  globSync(pattern, { cwd: vectorsFolder })
    .sort()
    .map((file) => resolve(vectorsFolder, file))

/** Every EU DCC vector, by country and name; none when the folder is absent. */
export const readDccVectors = (): DccVector[] =>
  filesIn('eu-dcc/*/*.json').map((file) => {
    const vector = readJson<DccFile>(file)
    const country = basename(dirname(file))
    return {
      id: `${country}/${basename(file, '.json')}`,
      country,
      description: vector.TESTCTX.DESCRIPTION ?? '',
      text: vector.PREFIX,
      base45: vector.BASE45,
      compressed: vector.COMPRESSED,
      cose: vector.COSE,
      cbor: vector.CBOR,
      json: vector.JSON,
      picture: vector['2DCODE'],
      certificate: vector.TESTCTX.CERTIFICATE,
      at: new Date(vector.TESTCTX.VALIDATIONCLOCK),
      expected: vector.EXPECTEDRESULTS,
    }
  })

export interface SchemaExample {
  readonly name: string
  readonly json: unknown
}

/** Examples of the DCC schema: `examples` are valid too. */
export const readSchemaExamples = (kind: 'valid' | 'invalid' | 'examples'): SchemaExample[] =>
  filesIn(`schema/${kind}/*.json`).map((file) => ({
    name: basename(file, '.json'),
    json: readJson<unknown>(file),
  }))

/** One 2D-DOC signed with the specification's published test key. */
export interface TwoddocVector {
  readonly description: string
  readonly text: string
  readonly caId: string
  readonly certificateId: string
  readonly publicKeySpkiBase64: string
  readonly expectedSignatureValid: boolean
}

export const readTwoddocVectors = (): TwoddocVector[] =>
  filesIn('2d-doc/*.json').map(readJson<TwoddocVector>)

/** A CertLogic rule of a member state, with its cases. */
export interface RuleVector {
  /** `TR-FR-0002`. */
  readonly id: string
  /** The whole rule as its gateway has it. */
  readonly rule: Readonly<Record<string, unknown>>
  readonly logic: unknown
  readonly cases: readonly {
    readonly name: string
    readonly payload: unknown
    readonly external: unknown
    readonly expected: unknown
  }[]
}

interface RuleFile extends Readonly<Record<string, unknown>> {
  readonly Identifier: string
  readonly Logic: unknown
}

export const readRuleVectors = (): RuleVector[] =>
  filesIn('eu-rules/*/*/rule.json').map((file) => {
    const rule = readJson<RuleFile>(file)
    const cases = globSync('tests/*.json', { cwd: dirname(file) }).sort()
    return {
      id: rule.Identifier,
      rule,
      logic: rule.Logic,
      cases: cases.map((name) =>
        readJson<RuleVector['cases'][number]>(resolve(dirname(file), name)),
      ),
    }
  })

/** A message of laboratories elsewhere, as it is stored. */
export interface Hl7Vector {
  readonly name: string
  readonly bytes: Uint8Array
}

export const readHl7Vectors = (): Hl7Vector[] =>
  filesIn('hl7/*/*.hl7').map((file) => ({
    name: basename(file, '.hl7'),
    bytes: readFileSync(file),
  }))
