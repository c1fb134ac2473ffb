// Taking part in the browser, in Arabic and French: the calendar, a consultation, an article, one's own comments, the
// suggestion of a page, the desk's moderation: by axe, at 320 px and at 200 %; and a comment without JavaScript.
// Screenshots for docs with WASL_SCREENS.
import { accessible, expect, finish, fitsWidth, pictures, signIn, signInAtDesk, startBrowser, startDemo, step, zoomed } from './_lib.mjs';
import { join } from 'node:path';

const browser = await startBrowser();
if (!browser) { console.log('skip participation: Chromium is not installed'); process.exit(0); }
const demo = await startDemo();
const commune = 'commune-ain-wasl';
const phone = (n) => `+2126000${10000 + n}`;

async function person(n, language, options = {}) {
  const page = await (await browser.newContext(options)).newPage();
  await signIn(page, demo, phone(n), language);
  return page;
}

async function check(page, path, name) {
  await page.setViewportSize({ width: 1200, height: 900 });
  const response = await page.goto(demo.address + path, { waitUntil: 'load' });
  expect(response.status() === 200, `${path}: ${response.status()}`);
  await accessible(page, name);
  await page.setViewportSize({ width: 320, height: 700 });
  await fitsWidth(page, name);
  await zoomed(page, name);
}

async function picture(page, path, name, tall = 900) {
  if (!pictures) return;
  await page.setViewportSize({ width: 1000, height: tall });
  await page.goto(demo.address + path, { waitUntil: 'load' });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

const reader = await (await browser.newContext()).newPage();
await reader.goto(`${demo.address}/fr/consultations`);
const of = async (group) => (await reader.locator(`section[aria-labelledby=${group}] a`).first().getAttribute('href')).replace(/^\/fr/, '');
const open = await of('open'), answered = await of('answered');

for (const language of ['ar', 'fr', 'en', 'zgh']) {
  for (const [name, path] of [['calendar', '/consultations'], ['nothing', '/consultations?member=ministere-modele'], ['consultation', open], ['answered', answered],
                              ['article', `${open}/article/3`], ['suggestion', '/suggestion?page=/fr/help']]) {
    await step(`participation ${language} ${name}`, async () => {
      await check(reader, `/${language}${path}`, name);
      expect(await reader.locator('html').getAttribute('dir') === (language === 'ar' ? 'rtl' : 'ltr'), 'dir');
    });
  }
}
for (const language of ['ar', 'fr']) {
  await picture(reader, `/${language}/consultations`, `consultations-${language}`);
  await picture(reader, `/${language}${open}/article/3`, `consultation-article-${language}`, 1100);
}
for (const language of ['ar', 'fr']) await picture(reader, `/${language}${answered}`, `consultation-answered-${language}`, 1100);

for (const language of ['ar', 'fr']) {
  await step(`a comment and its change without JavaScript, ${language}`, async () => {
    const page = await person(language === 'ar' ? 24 : 25, language, { javaScriptEnabled: false });
    await page.goto(`${demo.address}/${language}${open}/article/2`);
    await page.fill('textarea[name=text]', language === 'ar' ? 'السبت أنسب لنا.' : 'Le samedi nous convient mieux.');
    await page.click('form[action$="/article/2"] button');
    expect(/done=said/.test(page.url()), page.url());
    await page.fill('textarea[name=text]', language === 'ar' ? 'السبت أو الخميس.' : 'Le samedi ou le jeudi.');
    await page.click('form[action$="/article/2"] button');
    expect((await page.locator('#comments ~ ul').innerText()).includes(language === 'ar' ? 'السبت أو الخميس.' : 'Le samedi ou le jeudi.'), 'changed');
    await page.context().close();
  });
}

const author = await person(14, 'ar');  // whose comment is hidden and contested
await step('one’s own comments, with the reason of a hidden one', async () => {
  await check(author, '/ar/me/participation', 'mine');
  expect((await author.locator('main').innerText()).includes('إشهار'), 'reason');
});
await step('an article, signed in and verified', async () => { await check(author, `/ar${open}/article/2`, 'article'); });
for (const language of ['ar', 'fr']) await picture(author, `/${language}/me/participation`, `participation-mine-${language}`);

const complainant = await person(10, 'fr');
await step('an answered complaint: its times, opened again, rated', async () => {
  await complainant.goto(`${demo.address}/fr/me/requests`);
  const links = await complainant.locator('main a[href*="/request/"]').evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute('href')))]);
  let found = null;
  for (const link of links) {
    await complainant.goto(demo.address + link);
    if (await complainant.locator('#complaint').count() > 0) found = link;
  }
  expect(found, 'no complaint');
  await check(complainant, found, 'complaint');
  await check(complainant, `${found}/reopen`, 'reopen');
});

await step('the desk: consultations, moderation with a decision to take, suggestions', async () => {
  const page = await (await browser.newContext()).newPage();
  await signInAtDesk(page, demo, commune, 'agent');
  const one = open.split('/').at(-1);
  for (const [name, path] of [['list', '/participation'], ['moderation', `/participation/${one}`], ['suggestions', '/suggestions']]) {
    await page.setViewportSize({ width: 1200, height: 900 });
    const response = await page.goto(`${demo.address}/fr/desk/${commune}${path}`, { waitUntil: 'load' });
    expect(response.status() === 200, `${path}: ${response.status()}`);
    await accessible(page, name);
    await page.setViewportSize({ width: 320, height: 700 });
    await fitsWidth(page, name);
  }
  for (const language of ['ar', 'fr']) await picture(page, `/${language}/desk/${commune}/participation/${one}`, `moderation-${language}`);
  await page.goto(`${demo.address}/fr/desk/${commune}/participation/${one}`);
  expect(await page.locator('[id^="do-decide-"]').count() === 1, 'the objection that waits');
});

await browser.close();
await demo.stop();
finish();
