import type { CertificateTexts, RetrievalAnswer } from '@sidep/contracts'

/** A word in both languages of the document. */
export interface Bilingual {
  readonly fr: string
  readonly en: string
}

/** What makes a certificate a provisional one: the counter's own code, in the place of the portal's two. */
export interface ProvisionalPart {
  /** Text of its QR code, `FC1:…`. */
  readonly code: string
  /** Where the definitive certificate will be. */
  readonly address: string
  /** RFC 3339: verifiers refuse it after that. */
  readonly acceptedUntil: string
}

/**
 * Everything that a printed certificate says. The counter fills it from its entry, the person's page
 * from the retrieval answer; nothing else is looked up while it is drawn.
 */
export interface CertificateDocument {
  readonly person: {
    readonly familyName: string
    readonly firstNames: string
    /** YYYY-MM-DD. */
    readonly birthDate: string
  }
  /** The two codes, the certificate's number and where it is found again; `hcert` is null when the device is not on the EU list. */
  readonly certificate: Pick<CertificateTexts, 'hcert' | 'twoddoc' | 'uvci'> &
    Partial<Pick<CertificateTexts, 'retrieval'>>
  /** Kind of test in words, from the catalogue: "Test antigénique" / "Antigen test". */
  readonly test: Bilingual
  readonly disease: Bilingual
  /** Maker and name of the device, as on the EU list, or as typed. */
  readonly device: string
  /** RFC 3339 with offset. */
  readonly sampledAt: string
  /** An inconclusive test gives no certificate. */
  readonly result: 'negative' | 'positive'
  readonly siteName: string
  /** Address of the verifier page, for example `https://sidep.example/verifier/`. */
  readonly verifierAddress: string
  /** Then `certificate` has no codes, only the number. */
  readonly provisional?: ProvisionalPart
}

/** What the catalogue says about the codes of a screening. */
export interface DocumentWords {
  readonly test: Bilingual
  readonly disease: Bilingual
  readonly device: string
  readonly verifierAddress: string
}

/**
 * The document of a retrieval answer, or null when there is no certificate (inconclusive result).
 *
 * @param answer What `POST /api/retrieval` answered.
 * @param words Labels of the answer's codes, from the catalogue.
 */
export const documentOfRetrieval = (
  answer: RetrievalAnswer,
  words: DocumentWords,
): CertificateDocument | null => {
  if (answer.certificate === null || answer.result === 'inconclusive') return null
  return {
    person: {
      familyName: answer.familyName,
      firstNames: answer.firstNames,
      birthDate: answer.birthDate,
    },
    certificate: answer.certificate,
    ...words,
    sampledAt: answer.sampledAt,
    result: answer.result,
    siteName: answer.siteName,
  }
}
