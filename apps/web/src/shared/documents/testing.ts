import { readFile } from 'node:fs/promises'
import type { CertificateDocument } from './certificate-document.ts'
import type { RecoveryDocument } from './recovery-sheet.ts'
import type { DocumentFonts } from './render-pdf.ts'

/** The committed fonts, from disk. */
export const documentFontsFromDisk = async (): Promise<DocumentFonts> => ({
  regular: await font('regular'),
  bold: await font('bold'),
})

const font = async (weight: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(new URL(`./fonts/document-${weight}.ttf`, import.meta.url)))

const base45Alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

/**
 * A document as long as real ones are (a DCC of an antigen test has 500 to 600 characters in its QR code, a
 * 2D-DOC about 210). The code texts are not signed: what is tested with it is drawing and reading.
 */
export const sampleDocument: CertificateDocument = {
  person: { familyName: 'Le Goff-Nguyễn', firstNames: 'Éloïse Thị Ưởng', birthDate: '1985-03-12' },
  certificate: {
    hcert: `HC1:${Array.from({ length: 566 }, (_, index) => base45Alphabet[(index * 31 + (index >> 3) * 7) % 45]).join('')}`,
    twoddoc:
      'DC04FR0000011E6D1E6DB20103FRF0ELOISE/THI UONG\u001dF1LE GOFF NGUYEN\u001dF212031985F3FF4945584F5NF6231120260736' +
      '\u001fAXUCP2HMWYIV3KXEFUXDJVJKJ43LJPOPIWEHXU3CKYLGRJS4G5X6LZKXA77DVFZEVNO4VBJ7SKBPULDVZQHVNXSNKFD3SPQQKXNS6KI',
    uvci: 'URN:UVCI:01:FR:W7V2BE46QSBJ#L',
    retrieval: 'https://sidep.example/resultat/#FS7PK6C2LJNFUWS2LJNFUWS2LJNFUWS2',
  },
  test: { fr: 'Test antigénique', en: 'Antigen test' },
  disease: { fr: 'COVID-19', en: 'COVID-19' },
  device: 'Abbott Rapid Diagnostics, Panbio COVID-19 Ag Rapid Test',
  sampledAt: '2026-11-23T07:36:00+01:00',
  result: 'negative',
  siteName: 'Pharmacie du Parvis',
  verifierAddress: 'https://sidep.example/verifier/',
}

/** Of a positive test of the same person. */
export const sampleRecovery: RecoveryDocument = {
  ...sampleDocument,
  certificate: {
    hcert: sampleDocument.certificate.hcert ?? '',
    uvci: 'URN:UVCI:01:FR:R7V2BE46QSBJ#N',
    firstPositiveOn: '2026-11-23',
    validFrom: '2026-12-04',
    validUntil: '2027-05-22',
  },
}

/** The same as a counter gives it alone, its code as long as one can be (1,100 characters). */
export const sampleProvisional: CertificateDocument = {
  ...sampleDocument,
  certificate: { hcert: null, twoddoc: '', uvci: 'URN:UVCI:01:FR:0123456789ABCDEFN0007#I' },
  provisional: {
    code: `FC1:${Array.from({ length: 1096 }, (_, index) => base45Alphabet[(index * 31 + (index >> 3) * 7) % 45]).join('')}`,
    address: 'https://sidep.example/resultat/#FS7PK6FS5XP4JKQXJL7ZGO2VQFDVJ2CE',
    acceptedUntil: '2026-11-26T07:40:00+01:00',
  },
}
