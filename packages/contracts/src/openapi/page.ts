/** The description of the interface as one page: no script, nothing from elsewhere, readable on a phone. */
import { problemRegistry } from '../problems.ts'
import { operatorRoutes, routes } from '../routes.ts'
import { type DescriptionReader, openApiDocument } from './document.ts'
import { firstResult, firstResultByShell, firstScreening } from './first-messages.ts'
import { typeText } from './page-types.ts'
import type { Json, JsonObject } from './schemas.ts'

export const apiPageStyle = `
:root { color-scheme: light dark; --line: light-dark(#c9ccd6, #454a5c); --soft: light-dark(#f3f4f8, #1d2130);
  --text: light-dark(#161a26, #e8eaf2); --link: light-dark(#1b3fa0, #a9bfff); --paper: light-dark(#fff, #12151f); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--paper); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
h3 { margin-top: 2.5rem; }
h4 { margin-bottom: .25rem; }
code, pre { font: .9em/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; white-space: pre; }
.address { background: var(--soft); padding: .5rem .75rem; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { text-align: start; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
ul { padding-inline-start: 1.25rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
`

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`)

/** The few marks of Markdown that our own texts use. */
const inline = (text: string): string =>
  escaped(text)
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\*([^*]+)\*/g, '<em>$1</em>')
    .replace(/`([^`]+)`/g, '<code>$1</code>')

const paragraphs = (text: string): string =>
  text
    .split('\n\n')
    .map((part) => `<p>${inline(part)}</p>`)
    .join('\n')

const object = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

const example = (value: Json | undefined): string =>
  value === undefined
    ? ''
    : `<pre tabindex="0"><code>${escaped(JSON.stringify(value, null, 2))}</code></pre>`

const content = (holder: JsonObject): string =>
  Object.entries(object(holder.content))
    .map(([type, value]) => {
      const { schema, example: shown } = object(value)
      const what = schema === undefined ? '' : `: ${typeText(schema)}`
      return `<p><code>${escaped(type)}</code>${what}</p>${example(shown)}`
    })
    .join('\n')

const parameters = (operation: JsonObject): string => {
  const rows = list(operation.parameters).map((value) => {
    const parameter = object(value)
    if (parameter.$ref !== undefined) {
      return '<tr><td><code>sidep-shown</code></td><td>header</td><td>Of pages: what the screen shows.</td></tr>'
    }
    const must = parameter.required === true ? ', required' : ''
    return `<tr><td><code>${escaped(text(parameter.name))}</code></td><td>${escaped(text(parameter.in))}${must}</td><td>${inline(text(parameter.description))}</td></tr>`
  })
  return rows.length === 0
    ? ''
    : `<h4>Parameters</h4><table><thead><tr><th>name</th><th>in</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

const isProblem = (answer: JsonObject): boolean =>
  object(answer.content)['application/problem+json'] !== undefined

const codes = (answer: JsonObject): string =>
  text(answer.description)
    .split('\n')
    .map((line) => `<li>${inline(line.replace(/^- /, ''))}</li>`)
    .join('')

const answers = (operation: JsonObject): string => {
  const all = Object.entries(object(operation.responses)).map(
    ([status, value]) => [status, object(value)] as const,
  )
  const good = all
    .filter(([, answer]) => !isProblem(answer))
    .map(
      ([status, answer]) =>
        `<h4>Answer ${status}</h4><p>${inline(text(answer.description))}</p>${content(answer)}`,
    )
  const bad = all
    .filter(([, answer]) => isProblem(answer))
    .map(([status, answer]) => `<li>${status}<ul>${codes(answer)}</ul></li>`)
  return `${good.join('\n')}<details><summary>Refusals, by status and code</summary><ul>${bad.join('')}</ul></details>`
}

const operation = (method: string, path: string, value: JsonObject): string => {
  const id = text(value.operationId)
  const body =
    value.requestBody === undefined ? '' : `<h4>Body</h4>${content(object(value.requestBody))}`
  const dependencies = list(value.security).flatMap((scheme) => Object.keys(object(scheme)))
  const credentials =
    dependencies.length === 0
      ? ''
      : `<p>Credentials: ${dependencies.map((name) => `<a href="#credential-${name}">${name}</a>`).join(' and ')}.</p>`
  return `<section aria-labelledby="${id}">
<h3 id="${id}">${escaped(text(value.summary))}</h3>
<p class="address"><code><strong>${method.toUpperCase()}</strong> ${escaped(path)}</code></p>
${paragraphs(text(value.description))}
${credentials}${parameters(value)}${body}${answers(value)}
</section>`
}

const fields = (schema: JsonObject): string => {
  const must = new Set(list(schema.required))
  const rows = Object.entries(object(schema.properties)).map(
    ([name, property]) =>
      `<tr><td><code>${escaped(name)}</code>${must.has(name) ? '' : ' (optional)'}</td><td>${typeText(property)}</td><td>${inline(text(object(property).description))}</td></tr>`,
  )
  return rows.length === 0
    ? `<p>${typeText(schema)}</p>`
    : `<table><thead><tr><th>field</th><th>is</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

const registry = (): string =>
  Object.entries(problemRegistry)
    .map(
      ([code, { status, retry, title }]) =>
        `<tr><td><code>${code}</code></td><td>${status}</td><td>${retry}</td><td>${escaped(title.en)}</td></tr>`,
    )
    .join('')

const script = (id: string, name: string, text: string): string =>
  `<pre tabindex="0" aria-label="${name}"><code id="${id}">${escaped(text)}</code></pre>`

/** For whoever has this page and a checkout, and nothing else. */
const start = (): string => `<h2 id="start">Start here</h2>
${paragraphs(`Both scripts need Python 3.9 and \`openssl\`, and nothing to install. Each is some minutes' work; after that you know every step that your software has to take.

**Software of a pharmacy.** Start a sandbox, \`npx sidep sandbox\`, and save this as \`first.py\`: \`python3 first.py http://127.0.0.1:8090\`. It makes a key, signs up, asks a professional to let it work, takes a token and records a screening; it prints \`recorded\` and the certificate's number.`)}
${script('first-screening', 'first.py', firstScreening)}
${paragraphs(`Next: the same with faults. The header \`sidep-sandbox-fault: answer-lost\` on the last request, or \`refused=UNAVAILABLE;retry-after=5\`, shows what your users would meet; \`npx sidep conformance --client FILE\` tries all of it with your software. In JavaScript, \`@sidep/sdk\` does it for you, the hours without the portal included. A real portal has the same endpoints at its port for vendors, with a certificate of yours in the handshake, and the professional types the code at the counter.

**A laboratory.** Start a portal, \`npm start\`, which makes a laboratory's certificate in \`data/laboratory\`, and save this as \`result.py\`: \`python3 result.py localhost 2575 data/laboratory\`. It sends an HL7 v2.5.1 result over MLLP with TLS and prints \`accepted\`. What the portal would answer to messages of your own, \`npx sidep message --check FILE\` says without sending them; FHIR R4 goes to \`https://localhost:2577/fhir\`, with the same certificate. \`npm start\` prints both ports.`)}
${script('first-result', 'result.py', firstResult)}
${paragraphs('The same by a shell, with `openssl` and `curl`, over MLLP and over FHIR: save this as `result.sh`, and `sh result.sh localhost 2575 2577 data/laboratory`. It prints `HL7 accepted` and `FHIR accepted`.')}
${script('first-result-shell', 'result.sh', firstResultByShell)}
`

/**
 * The page, whole.
 *
 * @param version of the portal that serves it
 * @param reader as of the document
 */
export const apiPage = (version: string, reader: DescriptionReader): string => {
  const document = openApiDocument(version, reader)
  const address = reader === 'operator' ? operatorRoutes.description : routes.openapi
  const info = object(document.info)
  const components = object(document.components)
  const operations = Object.entries(object(document.paths)).flatMap(([path, methods]) =>
    Object.entries(object(methods)).map(([method, value]) => ({
      method,
      path,
      value: object(value),
    })),
  )
  const chapters = list(document.tags).map((value) => {
    const tag = object(value)
    const own = operations.filter(({ value: { tags } }) => list(tags).includes(text(tag.name)))
    return { name: text(tag.name), about: text(tag.description), own }
  })
  const contents = chapters
    .map(
      ({ name, own }) =>
        `<li>${escaped(name)}<ul>${own
          .map(
            ({ method, path, value }) =>
              `<li><a href="#${text(value.operationId)}">${escaped(text(value.summary))}</a> <code>${method.toUpperCase()} ${escaped(path)}</code></li>`,
          )
          .join('')}</ul></li>`,
    )
    .join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>sidep: interface for programs</title>
<style>${apiPageStyle}</style>
</head>
<body>
<header>
<h1>sidep: interface for programs</h1>
<p>Version ${escaped(version)}. The same for programs: <a href="${address}">${address}</a> (OpenAPI ${escaped(text(document.openapi))}).</p>
${paragraphs(text(info.description))}
</header>
<nav aria-label="Contents"><ul>
${reader === 'everyone' ? '<li><a href="#start">Start here</a></li>' : ''}
${contents}
<li><a href="#credentials">Credentials</a></li>
<li><a href="#shapes">Shapes of bodies</a></li>
<li><a href="#codes">Codes of refusals</a></li>
</ul></nav>
<main>
${reader === 'everyone' ? start() : ''}${chapters
  .map(
    ({ name, about, own }) =>
      `<h2>${escaped(name)}</h2><p>${inline(about)}</p>${own.map((one) => operation(one.method, one.path, one.value)).join('\n')}`,
  )
  .join('\n')}
<h2 id="credentials">Credentials</h2>
${Object.entries(object(components.securitySchemes))
  .map(
    ([name, scheme]) =>
      `<h3 id="credential-${name}">${name}</h3>${paragraphs(text(object(scheme).description))}`,
  )
  .join('\n')}
<h2 id="shapes">Shapes of bodies</h2>
${Object.entries(object(components.schemas))
  .map(
    ([name, schema]) =>
      `<section aria-labelledby="shape-${name}"><h3 id="shape-${name}">${name}</h3>${paragraphs(text(object(schema).description))}${fields(object(schema))}</section>`,
  )
  .join('\n')}
<h2 id="codes">Codes of refusals</h2>
<table><thead><tr><th>code</th><th>status</th><th>try again</th><th>meaning</th></tr></thead><tbody>${registry()}</tbody></table>
</main>
</body>
</html>
`
}
