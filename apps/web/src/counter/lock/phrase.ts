/** A code that nobody has to think of: four of 2,048 words, 1.8 × 10¹³ of them, each as likely. */
import type { Language } from '../../shared/messages/catalogue.ts'

const wordsInPhrase = 4

/** Words of five to eight letters, none mistaken for another: those of BIP 39. */
const wordsOf = async (language: Language): Promise<readonly string[]> => {
  const { wordlist } =
    language === 'fr'
      ? await import('@scure/bip39/wordlists/french.js')
      : await import('@scure/bip39/wordlists/english.js')
  return wordlist
}

export const proposePhrase = async (
  language: Language,
  randomBytes: (count: number) => Uint8Array,
): Promise<string> => {
  const words = await wordsOf(language)
  const bytes = randomBytes(2 * wordsInPhrase)
  return Array.from({ length: wordsInPhrase }, (_, index) => {
    const draw = (bytes[2 * index] ?? 0) * 256 + (bytes[2 * index + 1] ?? 0)
    // 65,536 draws over 2,048 words: each as often.
    return (words[draw % words.length] ?? '').normalize('NFC')
  }).join(' ')
}
