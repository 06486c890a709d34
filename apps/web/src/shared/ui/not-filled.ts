/**
 * A field that no browser and no password manager fills or keeps: what is typed there is somebody else's, at a counter
 * that many people use. Browsers go by `autocomplete`; 1Password, LastPass, Bitwarden and Dashlane by marks of their own.
 */
export const notFilled = {
  autoComplete: 'off',
  'data-1p-ignore': 'true',
  'data-lpignore': 'true',
  'data-bwignore': 'true',
  'data-form-type': 'other',
} as const
