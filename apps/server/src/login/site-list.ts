/** Keeps the list of sites within what a cookie can carry. */
import type { SiteView } from '@sidep/contracts'

/** More activities than that are unheard of; whoever has them sees the first ones. */
export const sitesMax = 32
const nameCharactersMax = 60
/** Bytes that all names together may take in the token, so that it stays within a cookie. */
const namesBytesMax = 850

const encoder = new TextEncoder()

const cut = (text: string, bytesMax: number): string => {
  let bytes = 0
  let end = ''
  for (const character of text) {
    bytes += encoder.encode(character).length
    if (bytes > bytesMax - 3) return `${end.trimEnd()}…`
    end += character
  }
  return end
}

/** A name shortened to so many UTF-8 bytes, with an ellipsis when something is missing. */
export const shortenName = (name: string, bytesMax: number = nameCharactersMax): string => {
  const tidy = name.replace(/\s+/g, ' ').trim()
  return encoder.encode(tidy).length <= bytesMax ? tidy : cut(tidy, bytesMax)
}

/** The sites that fit: at most `sitesMax`, names shortened the more the longer the list. */
export const boundSites = (sites: readonly SiteView[]): SiteView[] => {
  const kept = sites.slice(0, sitesMax)
  const bytesEach = Math.min(
    nameCharactersMax,
    Math.floor(namesBytesMax / Math.max(1, kept.length)),
  )
  return kept.map((site) => ({ ...site, name: shortenName(site.name, bytesEach) }))
}
