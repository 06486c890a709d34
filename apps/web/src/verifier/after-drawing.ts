/**
 * Acts once what was just put on the page can be seen: what lays the page out anew, or takes long, is not to keep a verdict from
 * the screen.
 *
 * @returns what calls it off
 */
export const afterDrawing = (act: () => void): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const later = (): void => {
    timer = setTimeout(act)
  }
  // A page that nobody sees is not drawn.
  const frame = document.hidden ? null : requestAnimationFrame(later)
  if (frame === null) later()
  return () => {
    if (frame !== null) cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}
