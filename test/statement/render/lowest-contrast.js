// The lowest contrast of any text with the ground that is painted behind it, as WCAG 2.2 reckons it.
(() => {
  const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const ground = channels(getComputedStyle(at).backgroundColor);
      if (ground.length === 3 || ground[3] > 0) return ground;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll('.sheet *')].filter(
    (element) =>
      !element.closest('svg') && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()),
  );
  return Math.min(
    ...texts.map((element) => {
      const [a, b] = [luminance(channels(getComputedStyle(element).color)), luminance(groundOf(element))];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }),
  );
})();
