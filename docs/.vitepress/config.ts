import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig, type MarkdownRenderer } from 'vitepress';
import llms from 'vitepress-plugin-llms';
import { boostDocument, outsideLink, slugify, tokenize } from './helpers.js';
import { groups } from './pages.js';

const docs = fileURLToPath(new URL('../', import.meta.url));
const readJson = (path: string): unknown => JSON.parse(readFileSync(docs + path, 'utf8'));

const { url: repository } = readJson('../tools/release/repository.json') as { url: string };
const packages = ['nestjs-zim-call', 'nestjs-zim-dispatch', 'zim-sandbox', 'zim-protocol'];

function sidebar(language: 'en' | 'zh'): DefaultTheme.SidebarItem[] {
  const index = language === 'en' ? 0 : 1;
  return groups.map(({ title, pages }) => ({
    text: title[index],
    items: pages.map(([path, ...titles]) => ({
      text: titles[index],
      link: linkOf(path, language),
    })),
  }));
}

/** Returns the page in Chinese where it exists, else the English one. */
function linkOf(path: string, language: 'en' | 'zh'): string {
  const link = path.replace(/index$/, '');
  return language === 'zh' && existsSync(`${docs}zh/${path}.md`) ? `/zh/${link}` : `/${link}`;
}

const referenceIndexes = packages.map((name) => ({ text: name, link: `/reference/${name}/` }));

/** A sidebar for each package: one for all would be part of every page, and is long. */
function referenceSidebars(): DefaultTheme.SidebarMulti {
  return Object.fromEntries(
    packages.map((name) => {
      const items = readJson(`reference/${name}/typedoc-sidebar.json`);
      const group = { text: name, link: `/reference/${name}/`, items };
      return [`/reference/${name}/`, [group as DefaultTheme.SidebarItem]];
    }),
  );
}

/** Makes links to files outside `docs` links to the repository, before VitePress looks for dead ones. */
function linkToRepository(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('link-to-repository', ({ tokens, env }) => {
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const link = token.type === 'link_open' ? token.attrGet('href') : null;
        const page = (env as { relativePath: string }).relativePath;
        const address = link === null ? undefined : outsideLink(page, link, repository);
        if (address !== undefined) token.attrSet('href', address);
      }
    }
  });
}

const chineseSearch: Partial<DefaultTheme.LocalSearchOptions> = {
  translations: {
    button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
    modal: {
      displayDetails: '显示详细列表',
      resetButtonTitle: '清除',
      backButtonTitle: '关闭搜索',
      noResultsText: '没有找到结果',
      footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
    },
  },
};

export default defineConfig({
  title: 'zim-call',
  description: 'Ring phones through ZEGO ZIM from a NestJS backend',
  // Where the site is below the root of its host, as on GitHub Pages.
  base: process.env.DOCS_BASE ?? '/',
  // Otherwise each page contains the sidebar of the whole reference.
  metaChunk: true,
  srcExclude: ['node_modules/**'],
  markdown: {
    anchor: { slugify },
    toc: { slugify },
    config: linkToRepository,
  },
  vite: {
    // The plugin below logs each page.
    logLevel: 'warn',
    build: { chunkSizeWarningLimit: 2_000 },
    plugins: [
      llms({
        ignoreFiles: ['zh/**', 'decisions/0*', 'benchmarks/**'],
        ignoreFilesPerOutput: { llmsTxt: ['reference/*/*/**'], llmsFullTxt: ['reference/**'] },
        sidebar: [...sidebar('en'), { text: 'Reference', items: referenceIndexes }],
      }),
    ],
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      themeConfig: {
        nav: [
          { text: 'Guide', link: '/guide/getting-started', activeMatch: '^/guide/' },
          { text: 'Sandbox', link: '/sandbox' },
          {
            text: 'Reference',
            activeMatch: '^/reference/',
            items: referenceIndexes,
          },
        ],
        sidebar: { ...referenceSidebars(), '/': sidebar('en') },
      },
    },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: 'NestJS 后端通过 ZEGO ZIM 让手机响铃',
      themeConfig: {
        nav: [
          { text: '指南', link: '/zh/guide/getting-started', activeMatch: '^/zh/guide/' },
          { text: '沙箱', link: linkOf('sandbox', 'zh') },
          { text: 'API 参考', link: '/reference/nestjs-zim-call/' },
        ],
        sidebar: { '/zh/': sidebar('zh') },
        i18nRouting: true,
        outline: { label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '语言',
        skipToContentLabel: '跳到正文',
      },
    },
  },
  themeConfig: {
    // Each page in Chinese exists in English, but not the reverse.
    i18nRouting: false,
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: repository }],
    search: {
      provider: 'local',
      options: {
        locales: { zh: chineseSearch },
        miniSearch: { options: { tokenize }, searchOptions: { boostDocument } },
      },
    },
  },
});
