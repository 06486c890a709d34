import type { Door } from '@sidep/contracts'

/**
 * Our own drawings of what one has in the hand: a telephone that asks, a card in its reader. No mark of anybody's; the
 * words beside them say it, so that they are hidden from screen readers.
 */
export const DoorPicture = ({ door }: { readonly door: Door }) => (
  <svg
    className="door-picture"
    viewBox="0 0 96 64"
    fill="none"
    stroke="currentColor"
    strokeWidth="2.5"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    {door === 'ecps' ? <Telephone /> : <CardInReader />}
  </svg>
)

const Telephone = () => (
  <>
    <rect className="body" x="31" y="4" width="34" height="56" rx="6" />
    <path d="M44 9.5h8M45 54.5h6" />
    <circle cx="48" cy="31" r="10" />
    <path d="M43.5 31l3.2 3.2 6-6.4M20 24a16 16 0 0 0 0 14M76 24a16 16 0 0 1 0 14" />
  </>
)

const CardInReader = () => (
  <>
    <rect className="body" x="26" y="4" width="44" height="34" rx="4" />
    <rect x="33" y="11" width="11" height="9" rx="1.5" />
    <path d="M33 15.5h11M52 13h11M52 19h7" />
    <path className="body" d="M18 38h60l4 15a5 5 0 0 1-5 7H19a5 5 0 0 1-5-7z" />
    <path d="M27 38h42M72 51v.1" />
  </>
)
