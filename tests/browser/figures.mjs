// The figures and the UN index in the browser: every language by axe and at 320 px, without JavaScript, printed; the
// chart has its words, and the choices of country and rank answer. Screenshots for docs with WASL_SCREENS.
import { accessible, binary, expect, finish, fitsWidth, pictures, startBrowser, startDemo, step, zoomed } from './_lib.mjs';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const browser = await startBrowser();
if (!browser) { console.log('skip figures: Chromium is not installed'); process.exit(0); }
const demo = await startDemo();

// Made-up rows in the shape of the survey's file, or the file itself for screenshots.
function importIndex() {
  let rows = 'year,iso3,country,egdi_rank,egdi,osi,hci,tii,epi\n';
  const editions = [[2014, 0.69], [2016, 0.73], [2018, 0.66], [2020, 0.52], [2022, 0.47], [2024, 0.56]];
  for (const [year, mine] of editions) {
    for (let i = 0; i < 60; i += 1) {
      const value = (0.9 - i * 0.005).toFixed(5);
      rows += `${year},${String.fromCharCode(65 + Math.floor(i / 26), 65 + i % 26)}X,Country ${i},${i + 1},${value},${value},${value},${value},0.5\n`;
    }
    rows += `${year},MAR,Morocco,61,0.5,${mine},0.5,0.5,0.3\n`;
  }
  const file = join(demo.data, 'rows.csv');
  writeFileSync(file, rows);
  execFileSync(binary, ['index', 'import', process.env.WASL_UN_INDEX || file, '--data', demo.data]);
}
importIndex();

const paths = ['/figures', '/figures/un-index', '/figures/un-index?country=MAR&rank=20'];
for (const language of ['ar', 'fr', 'en', 'zgh']) {
  const page = await (await browser.newContext({ javaScriptEnabled: true })).newPage();
  for (const path of paths) {
    await step(`figures ${language} ${path}`, async () => {
      await page.setViewportSize({ width: 1200, height: 900 });
      const response = await page.goto(`${demo.address}/${language}${path}`, { waitUntil: 'load' });
      expect(response.status() === 200, response.status());
      expect(await page.locator('html').getAttribute('dir') === (language === 'ar' ? 'rtl' : 'ltr'), 'dir');
      await accessible(page, path);
      await page.setViewportSize({ width: 320, height: 700 });
      await fitsWidth(page, path);
      const cut = await page.$$eval('.wasl-scroll', (all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.getAttribute('aria-label')));
      expect(cut.length === 0, `tables cut at the edge: ${cut}`);
      await zoomed(page, path);
    });
    if (pictures && path !== paths[2] && ['ar', 'fr'].includes(language)) {
      await page.setViewportSize({ width: 1000, height: 900 });
      await page.goto(`${demo.address}/${language}${path}`, { waitUntil: 'load' });
      await page.screenshot({ path: join(pictures, `${path === '/figures' ? 'figures' : 'un-index'}-${language}.png`), fullPage: true });
    }
  }
  await page.context().close();
}

const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
await step('without JavaScript a year, a country and a rank are chosen by forms', async () => {
  await plain.goto(`${demo.address}/fr/figures`);
  await plain.selectOption('select[name=member]', { index: 1 });
  await plain.click('main form button[type=submit]');
  expect(/member=/.test(plain.url()), plain.url());
  await plain.goto(`${demo.address}/fr/figures/un-index`);
  await plain.fill('input[name=rank]', '10');
  await plain.click('main form button[type=submit]');
  expect(/rank=10/.test(plain.url()) && (await plain.locator('main').innerText()).includes('10'), plain.url());
});

await step('the chart is an image with a title and a description, its numbers in the table after it', async () => {
  await plain.goto(`${demo.address}/fr/figures/un-index?country=MAR`);
  const chart = plain.locator('main svg[role=img]');
  expect(await chart.count() === 1, 'chart');
  const words = await chart.evaluate((svg) => svg.getAttribute('aria-labelledby').split(' ').map((id) => document.getElementById(id).textContent).join(' | '));
  expect(/EGDI.*\|.*OSI/.test(words), words);
  expect(await plain.locator('main svg[role=img] ~ div table tbody tr').first().locator('td').count() === 9, 'table');
});

await step('on paper: no navigation, no forms, every figure', async () => {
  await plain.goto(`${demo.address}/fr/figures`);
  await plain.emulateMedia({ media: 'print' });
  expect(!(await plain.locator('nav.wasl-nav').isVisible()), 'navigation');
  expect(!(await plain.locator('main form').isVisible()), 'form');
  expect(await plain.locator('main table').first().isVisible(), 'tables');
});

await browser.close();
await demo.stop();
finish();
