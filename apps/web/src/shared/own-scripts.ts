/** What TypeScript's library does not have yet (Trusted Types, W3C Working Draft). */
declare global {
  interface Window {
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: { createScriptURL(address: string): string | null },
      ): unknown
    }
  }
}

const isOwnScript = (address: string): boolean => {
  const { origin, pathname } = new URL(address, location.href)
  return origin === location.origin && (pathname === '/sw.js' || pathname.startsWith('/assets/'))
}

/**
 * Lets the page start its own workers and no other script: the Content-Security-Policy asks for trusted types, and this
 * is the only policy it admits. It has no rule for HTML or script text, so that nothing on a page can be made of either.
 */
export const allowOwnScripts = (): void => {
  window.trustedTypes?.createPolicy('default', {
    createScriptURL: (address) => (isOwnScript(address) ? address : null),
  })
}
