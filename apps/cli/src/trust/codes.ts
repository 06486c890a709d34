/** An index and what changed as a series of codes, for verifiers without network. */
import { extensionOf, extensionTexts, readIndex, type TrustIndex } from '@sidep/trust'
import { renderSVG } from 'uqr'
import { CommandFailure } from '../failure.ts'
import { anchorFor } from './load-trust-folder.ts'
import { openTrustFolder, readIndexFile, readPartFile } from './trust-folder.ts'

/** @param since a signed index that the others have; null: whatever fits goes along */
export const codesOf = async (
  folder: string,
  at: Date,
  since: Uint8Array | null,
): Promise<readonly string[]> => {
  const anchor = await anchorFor(folder, undefined, at)
  const { index } = await openTrustFolder(folder, anchor, at)
  const bytes = await readIndexFile(folder)
  const known = since === null ? new Set<string>() : await partsOf(since, anchor)
  const extension = await extensionOf({ bytes, parts: index.parts }, known, (sha256) =>
    readPartFile(folder, sha256),
  )
  return extensionTexts(extension)
}

const partsOf = async (bytes: Uint8Array, anchor: Uint8Array): Promise<ReadonlySet<string>> => {
  const opened = await readIndex(bytes, anchor)
  if (!opened.ok)
    throw new CommandFailure(`--since is no index of this installation: ${opened.code}`)
  return new Set(opened.value.index.parts.map(({ sha256 }) => sha256))
}

/** A page to show or to print: one code after the other, each with its number. */
export const codeSheet = (texts: readonly string[], { number, issuedAt }: TrustIndex): string => {
  const codes = texts.map((text, place) => {
    const svg = renderSVG(text, { ecc: 'L', border: 4 })
    return `<figure>${svg}<figcaption>${place + 1} / ${texts.length}</figcaption></figure>`
  })
  return `<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<title>Données de confiance n° ${number}</title>
<style>
body { font: 1rem sans-serif; color: #000; background: #fff; margin: 1rem; }
figure { display: inline-block; margin: 0 1rem 1.5rem 0; break-inside: avoid; }
svg { display: block; width: 9cm; height: 9cm; }
figcaption { text-align: center; }
</style>
<h1>Données de confiance n° ${number}</h1>
<p>Du ${issuedAt}. Scannez tous les codes avec le vérificateur, dans l’ordre que vous voulez. Signed trust data:
scan all codes with the verifier, in any order.</p>
${codes.join('\n')}
</html>
`
}
