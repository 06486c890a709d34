const paths = {
  tick: 'M4.5 12.5l5 5L19.5 7',
  cross: 'M6 6l12 12M18 6L6 18',
  question: 'M8.5 9a3.5 3.5 0 1 1 5.2 3c-1.2.7-1.7 1.3-1.7 2.7M12 18.2v.1',
  info: 'M12 11v6M12 7.3v.1M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  warning: 'M12 9.5v4M12 16.8v.1M12 3.5L2.5 20h19z',
  error: 'M12 7.5v5.5M12 16.3v.1M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  camera: 'M4 8h3.5l1.5-2.5h6L16.5 8H20v11H4zM15.5 13a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0z',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9.2v.1',
  printer: 'M7 8V3.5h10V8M7 17H4V8.5h16V17h-3M7 14h10v6.5H7z',
  download: 'M12 4v11M7.5 10.5L12 15l4.5-4.5M4.5 19.5h15',
  send: 'M3.5 11.5L20.5 4l-5 16.5-4-6.5zM11.5 14l9-10',
  chevron: 'M9 5.5l6.5 6.5L9 18.5',
  chevronDown: 'M5.5 9l6.5 6.5L18.5 9',
  clock: 'M12 7v5.5l3.5 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
  pencil: 'M5 19l.8-4L16 4.8 19.2 8 9 18.2z',
  connected: 'M4.5 12.5l5 5L19.5 7',
  disconnected:
    'M3.5 3.5l17 17M8.5 15.5a5 5 0 0 1 6 0M5 12a10 10 0 0 1 4-2.3M19 12a10 10 0 0 0-5-2.7M12 19v.1',
} as const

export type IconName = keyof typeof paths

/** A drawn sign beside words; never the only carrier of a meaning, hence hidden from screen readers. */
export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg
    className="icon"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="2.2"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d={paths[name]} />
  </svg>
)
