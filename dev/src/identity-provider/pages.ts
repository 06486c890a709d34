/** The stand-in's own pages: plain HTML, by keyboard, without script. */
import type { SyntheticProfessional } from '../directory/synthetic-professional.ts'
import { escapeHtml } from '../mailbox/page.ts'
import { texts } from './texts.ts'

const style = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 40rem; padding: 1rem }
.stand-in { border: 2px dashed; margin: 0; padding: .5rem 1rem }
fieldset { border: 1px solid; border-radius: .5rem; margin: 1rem 0; padding: .5rem 1rem }
.choice { display: block; padding: .5rem 0 }
.choice small, .hint { display: block; opacity: .85 }
.number { font-size: 3rem; font-weight: 700; letter-spacing: .2em }
.fault { border-left: .4rem solid #b00020; padding-left: .75rem }
input[type=text] { box-sizing: border-box; font: inherit; padding: .5rem; width: 100% }
button { font: inherit; margin: .5rem .5rem .5rem 0; padding: .6rem 1.2rem }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px }
`

const page = (title: string, content: string): string => `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – ${texts.title}</title>
<style>${style}</style>
</head>
<body>
<header><p class="stand-in"><strong>${texts.title}.</strong> ${texts.warning}</p></header>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`

const choice = (person: SyntheticProfessional, index: number): string => `
<label class="choice"><input type="radio" name="demoIdentity" value="${escapeHtml(person.nationalId)}"${index === 0 ? ' checked' : ''}>
${escapeHtml(`${person.givenName} ${person.familyName}`)}, ${escapeHtml(person.profession.label)}
<small>${escapeHtml(person.nationalId)} · ${texts.activities(person.activities.length)}${
  person.activities[0] === undefined ? '' : ` · ${escapeHtml(person.activities[0].companyName)}`
}</small></label>`

/**
 * First page: choose a demo identity or type a national id.
 *
 * @param fault what was wrong with the last answer, said above the form
 */
export const renderChoice = (
  action: string,
  people: readonly SyntheticProfessional[],
  fault: string | null,
): string =>
  page(
    texts.chooseTitle,
    `${fault === null ? '' : `<p class="fault" role="alert" id="fault">${escapeHtml(fault)}</p>`}
<form method="post" action="${escapeHtml(action)}">
<fieldset><legend>${texts.chooseLegend}</legend>${people.map(choice).join('')}</fieldset>
<p><label for="nationalId">${texts.typeLabel}</label>
<input type="text" id="nationalId" name="nationalId" inputmode="numeric" autocomplete="off" maxlength="20" aria-describedby="national-id-hint${fault === null ? '' : ' fault'}">
<span class="hint" id="national-id-hint">${texts.typeHint}</span></p>
<button type="submit">${texts.chooseButton}</button>
</form>`,
  )

/**
 * Second page: what the phone would ask.
 *
 * @param number the two digits that the telephone would show as well
 */
export const renderConfirmation = (
  action: string,
  person: SyntheticProfessional,
  number: string,
): string =>
  page(
    texts.confirmTitle,
    `<p>${texts.confirmFor} <strong>${escapeHtml(`${person.givenName} ${person.familyName}`)}</strong> (${escapeHtml(person.nationalId)}).</p>
<p>${texts.confirmLead}</p>
<p class="number">${escapeHtml(number)}</p>
<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="nationalId" value="${escapeHtml(person.nationalId)}">
<button type="submit" name="answer" value="confirm">${texts.confirmButton}</button>
<button type="submit" name="answer" value="refuse">${texts.refuseButton}</button>
</form>
<p><a href="${escapeHtml(action.replace(/\/confirmation$/, ''))}">${texts.backLink}</a></p>`,
  )

/**
 * The telephone: what waits on it.
 *
 * @param said what became of the last answer
 */
export const renderTelephone = (
  nationalId: string,
  person: SyntheticProfessional | undefined,
  waiting: readonly { readonly id: string }[],
  said: string | null,
): string => {
  const owner = `<form method="get" action="/telephone">
<p><label for="nationalId">${texts.phoneOwner}</label>
<input type="text" id="nationalId" name="nationalId" inputmode="numeric" autocomplete="off" maxlength="20" value="${escapeHtml(nationalId)}"></p>
<button type="submit">${texts.phoneShow}</button>
</form>`
  const asks = waiting.map(
    ({ id }, index) => `<form method="post" action="/telephone">
<p><label for="digits-${index}">${texts.phoneAsk}</label>
<input type="text" id="digits-${index}" name="digits" inputmode="numeric" autocomplete="off" maxlength="2"></p>
<input type="hidden" name="nationalId" value="${escapeHtml(nationalId)}">
<input type="hidden" name="request" value="${escapeHtml(id)}">
<button type="submit" name="answer" value="confirm">${texts.confirmButton}</button>
<button type="submit" name="answer" value="refuse">${texts.refuseButton}</button>
</form>`,
  )
  const shown =
    person === undefined
      ? nationalId === ''
        ? ''
        : `<p class="fault">${texts.unknownIdentity}</p>`
      : `<h2>${escapeHtml(`${person.givenName} ${person.familyName}`)}</h2>${asks.join('') || `<p>${texts.phoneNothing}</p>`}`
  return page(
    texts.phoneTitle,
    `<p>${texts.phoneLead}</p>${said === null ? '' : `<p role="status"><strong>${escapeHtml(said)}</strong></p>`}${owner}${shown}`,
  )
}

/** Asks whether the provider's own session is to end; `form` is the provider's, named `op.logoutForm`. */
export const renderLogout = (form: string): string =>
  page(
    texts.logoutTitle,
    `<p>${texts.logoutLead}</p>${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>${texts.logoutButton}</button>`,
  )

/** The provider's session is over. */
export const renderLoggedOut = (): string => page(texts.logoutTitle, `<p>${texts.logoutDone}</p>`)

/** The sign-in is over or never began. */
export const renderExpired = (): string =>
  page(texts.expiredTitle, `<p>${escapeHtml(texts.expiredLead)}</p>`)

/** The client's request was wrong: which OAuth error, for the developer. */
export const renderRequestError = (details: Readonly<Record<string, unknown>>): string =>
  page(
    texts.errorTitle,
    `<dl>${Object.entries(details)
      .map(([key, value]) => `<dt>${escapeHtml(key)}</dt><dd>${escapeHtml(String(value))}</dd>`)
      .join('')}</dl>`,
  )
