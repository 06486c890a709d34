import type { Channel, Fault } from './faults.ts'
import type { ReceivedMessage } from './message-store.ts'

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes text for HTML content and quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character)

const linkPattern = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)]/g

/** Escapes text and turns each http(s) address in it into a link. */
const linkify = (text: string): string => {
  let html = ''
  let end = 0
  for (const match of text.matchAll(linkPattern)) {
    html += escapeHtml(text.slice(end, match.index))
    html += `<a href="${escapeHtml(match[0])}">${escapeHtml(match[0])}</a>`
    end = match.index + match[0].length
  }
  return html + escapeHtml(text.slice(end))
}

const channelNames: Record<Channel, string> = { email: 'E-mail', sms: 'SMS' }

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 46rem; padding: 1rem }
article { border: 1px solid; border-radius: .5rem; margin: 1rem 0; padding: .5rem 1rem }
h2 { font-size: 1.1rem; margin: .25rem 0 }
dl { display: grid; gap: 0 .75rem; grid-template-columns: max-content 1fr; margin: 0 }
dd { margin: 0; overflow-wrap: anywhere }
pre { font: inherit; overflow-wrap: anywhere; white-space: pre-wrap }
`

const renderMessage = (message: ReceivedMessage): string => `
<article aria-labelledby="message-${message.number}">
<h2 id="message-${message.number}">${channelNames[message.channel]} ${message.number}${
  message.subject === null ? '' : ` : ${escapeHtml(message.subject)}`
}</h2>
<dl>
<dt>À</dt><dd>${escapeHtml(message.to.join(', '))}</dd>
<dt>De</dt><dd>${escapeHtml(message.from)}</dd>
<dt>Reçu</dt><dd><time datetime="${message.receivedAt.toISOString()}">${message.receivedAt.toISOString()}</time></dd>
<dt>Identifiant</dt><dd>${escapeHtml(message.id)}</dd>
</dl>
<pre>${linkify(message.text)}</pre>
</article>`

const renderFaults = (faults: Record<Channel, Fault>): string => {
  const broken = (['email', 'sms'] as const).filter((channel) => faults[channel].kind !== 'none')
  if (broken.length === 0) return ''
  const words = broken.map((channel) => `${channelNames[channel]} : ${faults[channel].kind}`)
  return `<p role="status"><strong>Panne simulée</strong> (${escapeHtml(words.join(' ; '))})</p>`
}

/** The page: every message kept, newest first, without script. */
export const renderPage = (
  messages: readonly ReceivedMessage[],
  faults: Record<Channel, Fault>,
): string => `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Messages reçus (${messages.length})</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Messages reçus</h1>
<p>Bouchon de développement : rien de ce qui arrive ici ne part vers un vrai destinataire.
<a href="/">Actualiser</a></p>
<p>Un SMS arrive, sauf à ces numéros : 06 00 00 00 00, refusé (numéro inexistant) ; 06 00 00 00 01, pris puis non remis
(injoignable) ; 06 00 00 00 02, pris puis non remis (numéro inexistant) ; 06 00 00 00 03, pris, sans nouvelles.</p>
${renderFaults(faults)}
${messages.length === 0 ? '<p>Aucun message pour l’instant.</p>' : messages.map(renderMessage).join('\n')}
</main>
</body>
</html>
`
