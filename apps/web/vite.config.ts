import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type PluginOption, type UserConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { earlierAssets } from './build/earlier-assets.ts'
import { firstPage } from './build/first-page.ts'
import { pageFiles } from './build/page-chunks.ts'
import { pageEndpoints } from './build/page-endpoints.ts'
import { plainSchemas } from './build/plain-schemas.ts'
import { precompress } from './build/precompress.ts'
import { twoLanguages } from './build/two-languages.ts'

const earlier = earlierAssets(process.env.SIDEP_EARLIER_BUILD)

const entry = (page: string): string => resolve(import.meta.dirname, page)

/** What decides which modules the pages are made of. */
const plugins = (): PluginOption[] => [
  firstPage(),
  react(),
  twoLanguages(),
  plainSchemas(),
  pageEndpoints(),
]
const pages = {
  root: import.meta.dirname,
  base: '/',
  // Several pages, not one application: an unknown path must stay unknown.
  appType: 'mpa',
  // What is left out of pages is left out of the workers that they start.
  worker: { plugins: () => [plainSchemas(), pageEndpoints()] },
} as const satisfies UserConfig
const rolldownOptions = {
  // @hpke/common asks Node for it where a browser's own is missing, which none is.
  external: ['crypto'],
  input: {
    choose: entry('index.html'),
    chooseInEnglish: entry('en/index.html'),
    counter: entry('pro/index.html'),
    person: entry('resultat/index.html'),
    verifier: entry('verifier/index.html'),
    operations: entry('pilotage/index.html'),
  },
}

/**
 * One build, one entry a public, served from the root of one origin. The server sends a strict
 * Content-Security-Policy, so nothing here may emit inline script or style.
 */
export default defineConfig(async ({ command }) => ({
  ...pages,
  plugins: [
    ...plugins(),
    earlier.plugin,
    VitePWA({
      strategies: 'generateSW',
      filename: 'sw.js',
      // src/shared/offline registers it, and asks before a new version takes over: a page that
      // reloads by itself under a pharmacist's hands would be worse than an old one.
      injectRegister: false,
      registerType: 'prompt',
      manifest: {
        id: '/verifier/',
        name: 'sidep',
        short_name: 'sidep',
        description: 'Dépistages, certificats et leur vérification.',
        lang: 'fr',
        start_url: '/verifier/',
        scope: '/',
        display: 'standalone',
        background_color: '#f4f6f7',
        theme_color: '#174a57',
        icons: [
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
          { src: '/icon-maskable.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'maskable' },
        ],
      },
      workbox: {
        // Everything the pages need when the server is gone: fonts of the PDF and the wasm reader too.
        globPatterns: ['**/*.{html,js,css,svg,wasm,woff2,ttf,webmanifest}'],
        // A code is chosen while the portal answers; half a megabyte of dictionaries is for nobody else. What reads a PDF
        // is as large, and a door without network may be shown one.
        globIgnores: ['**/code-strength-*.js'],
        // What the server keeps for pages that are open already is not of this version.
        manifestTransforms: [
          (entries) => ({
            manifest: entries.filter(({ url }) => !earlier.isEarlier(url)),
            warnings: [],
          }),
        ],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
        // Each page is its own file; there is no page to fall back to.
        navigateFallback: null,
        ignoreURLParametersMatching: [/^problem$/, /^lang$/],
        clientsClaim: true,
        skipWaiting: false,
        cleanupOutdatedCaches: true,
        inlineWorkboxRuntime: true,
        sourcemap: false,
      },
    }),
    precompress(),
  ],
  build: {
    outDir: 'dist',
    // build/earlier-assets.ts takes away what is of no use any more.
    emptyOutDir: false,
    target: 'es2022',
    // A data: URL for a small asset would be a second way to load it under the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The largest part is the PDF's, loaded on demand; what a page loads first is held by first-load.test.ts.
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: {
      ...rolldownOptions,
      // Which modules go together is decided in build/page-chunks.ts.
      checks: { ineffectiveDynamicImport: false },
      ...(command === 'build' && {
        output: await pageFiles({ ...pages, plugins: plugins(), build: { rolldownOptions } }),
      }),
    },
  },
  server: {
    // `npx vite apps/web` in front of a server started with `npm start`.
    proxy: Object.fromEntries(
      ['/api', '/login', '/trust', '/healthz', '/readyz'].map((path) => [
        path,
        { target: 'http://localhost:8080', changeOrigin: false },
      ]),
    ),
  },
}))
