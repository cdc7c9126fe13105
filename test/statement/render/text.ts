const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** A page as somebody who cannot see it is read it: a line a block, cells apart by bars. */
export const textOf = (page: string): string =>
  page
    .replace(/^[\s\S]*<main>|<\/main>[\s\S]*$/g, '')
    .replace(/<svg[\s\S]*?<\/svg>/g, '')
    .replace(/<span aria-hidden="true">[^<]*<\/span>/g, '')
    .replace(/<\/(?:th|td)>(?=<t[hd])/g, ' | ')
    .replace(/<br>/g, ' / ')
    .replace(/<\/(?:h\d|p|tr|caption|li|dd|dt|figcaption|summary|section)>/g, '\n')
    .replace(/<h2/g, '\n<h2')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .concat('\n');
