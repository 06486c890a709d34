import '../theme/index.css'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { LanguageProvider } from '../messages/index.ts'
import { allowOwnScripts } from '../own-scripts.ts'
import { ErrorBoundary, PageFailed } from './error-boundary.tsx'

/**
 * react-aria puts one `<style>` into the page unless an element of this id exists. The policy allows
 * no inline style, and theme/base.css holds the rule.
 */
const reactAriaStyleId = 'react-aria-pressable-style'

const keepReactAriaFromStyling = (): void => {
  if (document.getElementById(reactAriaStyleId)) return
  const marker = document.createElement('meta')
  marker.id = reactAriaStyleId
  document.head.append(marker)
}

/** Starts a page: theme, language, and its tree in `#root`. */
export const mount = (page: ReactNode): void => {
  const root = document.getElementById('root')
  if (root === null) throw new Error('the page has no #root')
  keepReactAriaFromStyling()
  allowOwnScripts()
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider>
        <ErrorBoundary instead={(again) => <PageFailed onAgain={again} />}>{page}</ErrorBoundary>
      </LanguageProvider>
    </StrictMode>,
  )
}
