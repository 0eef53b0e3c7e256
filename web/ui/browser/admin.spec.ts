import { type Browser, expect, test } from '@playwright/test';
import { browserWith, colours, login, type Person, units } from './people';
import { rehearsal } from './server';

/** The administrator's pages for what is settled before a call: duty roster, calendar, the server's own check. */
test.describe.configure({ mode: 'serial' });

let browser: Browser;
let admin: Person;

test.beforeAll(async () => {
  browser = await browserWith(colours.hall);
  admin = await login(browser, 'admin');
});

test.afterAll(async () => {
  await browser.close();
});

const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

/** Keeps a picture when a folder is named for it. */
async function picture(name: string) {
  if (process.env.PICTURES) await admin.page.screenshot({ path: `${process.env.PICTURES}/${name}.png` });
}

test('the duty roster is imported, and bad rows are named', async () => {
  const { page } = admin;
  const [first, second] = await units();
  await page.getByRole('link', { name: '值班表' }).click();
  await expect(page.getByTestId('duty-table')).toBeVisible(); // of today, which the sample data has
  const far = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
  await page.goto(new URL(`?day=${far}`, page.url()).href);
  await expect(page.getByTestId('no-duty')).toBeVisible();
  await picture('duty-empty');
  const table = [
    '单位,日期,姓名,警号,电话,职务',
    `${first?.code},${far},王某,010203,024-0001,值班领导`,
    `${first?.code},${far},李某,010204,,民警`,
    `${second?.code},${far},赵某,020101,024-0002,民警`,
    `999999999999,${far},无,1,,`,
    `${second?.code},2026-02-30,无,1,,`,
  ].join('\n');
  const there = new URL(page.url()).pathname;
  await page.goto(new URL(there, page.url()).href); // from today, to see that the import leads to its day
  await page.locator('input[type=file]').setInputFiles(file('十二月.csv', table));
  await expect(page.getByTestId('import-result')).toContainText('已导入 3 行');
  await expect(page.getByTestId('import-bad')).toContainText('花名册中没有单位“999999999999”');
  await expect(page.getByTestId('import-bad')).toContainText('2026-02-30');
  await picture('duty-import');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(new RegExp(`day=${far}`));
  await expect(page.getByTestId('duty-table')).toContainText('王某');
  await picture('duty');

  await page.locator('input[type=file]').setInputFiles(file('x.csv', '甲,乙\n'));
  await expect(page.getByTestId('import-error')).toContainText('表头缺少必需的列');
  await picture('duty-refused');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '删除当天值班表' }).click();
  await page.locator('.ant-popconfirm .ant-btn-primary').click();
  await expect(page.getByTestId('no-duty')).toBeVisible();
});

test('a calendar is imported as a whole or not at all, and decided for a day', async () => {
  const { page } = admin;
  await page.getByRole('link', { name: '例会安排' }).click();
  await expect(page.getByTestId('calendar-source')).toBeVisible();
  const year = Number((await page.getByTestId('calendar-year').textContent())?.slice(0, 4)) + 10;
  for (let i = 0; i < 10; i++) await page.getByRole('button', { name: String(year - 9 + i) }).click();
  await expect(page.getByTestId('calendar-source')).toHaveText('未知');
  const rows = Array.from(
    { length: 11 },
    (_, i) => `${year}-10-${String(i + 1).padStart(2, '0')},放假,国庆节`,
  );
  const input = page.locator('input[type=file]');
  await input.setInputFiles(file('y.csv', ['日期,类型,名称', ...rows, `${year}-02-30,放假,x`].join('\n')));
  await expect(page.getByTestId('calendar-error')).toContainText(`第 13 行：日期“${year}-02-30”无效`);
  await picture('calendar-refused');
  await page.keyboard.press('Escape');
  await input.setInputFiles(file('y.csv', ['日期,类型,名称', ...rows].join('\n')));
  await expect(page.getByTestId('calendar-source')).toHaveText('已导入');
  await expect(page.getByTestId('calendar-days')).toContainText('国庆节');

  await page.getByRole('button', { name: '单日调整' }).click();
  await page.getByLabel('原因').fill('重大安保');
  await picture('calendar-override');
  await page.locator('.ant-modal .ant-btn-primary').last().click();
  await expect(page.getByTestId('calendar-days')).toContainText('重大安保');
  await picture('calendar');
});

test('a series is held on working days only', async () => {
  const { page } = admin;
  await page
    .getByRole('button', { name: /修\s*改/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: '点调会' });
  await dialog.getByRole('radio', { name: '仅工作日' }).check();
  await picture('schedule');
  await dialog.getByRole('button', { name: /确\s*定/ }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('.ant-table').first()).toContainText('仅工作日');
  await picture('schedules');
});

test('a unit is excused ahead, that is changed and deleted, and the hall sees it', async () => {
  const { page } = admin;
  const [unit] = await units();
  await page.getByRole('link', { name: '请假登记' }).click();
  await page.getByTestId('planned-add').click();
  await page
    .getByTestId('planned-form')
    .getByRole('combobox')
    .first()
    .fill(unit?.code ?? '');
  await page.keyboard.press('Enter');
  await page.getByLabel('说明').fill('年休假');
  await page.getByLabel('批准人').fill('王副局长');
  await page.getByLabel('批准人').press('Enter');
  const table = page.getByTestId('planned-table');
  await expect(table).toContainText('王副局长');
  await page.getByTestId('planned-change').click();
  await page.getByLabel('说明').fill('培训');
  await page.getByLabel('说明').press('Enter');
  await expect(table).toContainText('请假 · 培训');
  await picture('planned');
  await page.getByRole('link', { name: '指挥大厅' }).click();
  await expect(page.getByTestId('phase')).toBeVisible();
  await page.keyboard.press('q');
  await expect(table).toContainText('请假 · 培训');
  await picture('planned-hall');
  await page.getByTestId('planned-remove').click();
  await page.locator('.ant-popconfirm .ant-btn-primary').click();
  await expect(table).toContainText('没有提前登记的请假');
  await page.goto(new URL('/admin', page.url()).href);
});

test('line faults that nobody judged leave the table its place', async () => {
  const { page } = admin;
  const roster = (await units()).map((u) => u.code);
  const faults = [0, 1, 2].map((i) => ({
    id: `fault-${i}`,
    branch: roster[10 + i],
    from: '2026-11-27T00:40:00Z',
    units: roster.slice(20 + 17 * i, 37 + 17 * i),
    state: 'over',
  }));
  await page.route('**/api/attendance/day?*', async (route) => {
    const day = await (await route.fetch()).json();
    await route.fulfill({ json: { ...day, reports: day.reports.map((r: object) => ({ ...r, faults })) } });
  });
  await page.getByRole('link', { name: '每日考勤' }).click();
  const fault = page.getByTestId('line-fault');
  await expect(fault).toHaveCount(3);
  await expect(fault.first().locator('p')).toBeHidden();
  for (const i of [0, 1, 2]) await fault.nth(i).locator('summary').press('Enter');
  await expect(fault.first().locator('p')).toBeVisible();
  await picture('day-faults');
  const table = await page.getByTestId('attendance-table').boundingBox();
  expect((table?.y ?? 0) + (table?.height ?? 0)).toBeLessThanOrEqual(900);
  expect(table?.height).toBeGreaterThan(350);
  await page.unroute('**/api/attendance/day?*');
});

test('a call that was postponed past midnight says so on its first day', async () => {
  const { page } = admin;
  const moved = {
    announced: '2026-11-27T15:30:00Z',
    planned_at: '2026-11-27T16:30:00Z',
    reason: '市局会议',
  };
  await page.route('**/api/attendance/day?*', async (route) => {
    const { reports } = await (await route.fetch()).json();
    const [report] = reports;
    await route.fulfill({ json: { reports: [{ ...report, session: { ...report.session, ...moved } }] } });
  });
  await page.getByRole('link', { name: '每日考勤' }).click();
  await page.getByRole('button', { name: /刷\s*新/ }).click();
  await expect(page.getByTestId('session-words')).toContainText(
    '原定 23:30，推迟到 2026-11-28 00:30（市局会议）',
  );
  await picture('day-postponed');
  await page.unroute('**/api/attendance/day?*');
});

test('the month says who lacked a device', async () => {
  await admin.page.getByRole('link', { name: '月度统计' }).click();
  await expect(admin.page.getByTestId('month-table')).toContainText('缺设备');
  await picture('month');
});

test('the server says how it is', async () => {
  const { page } = admin;
  await page.getByRole('link', { name: '系统自检' }).click();
  for (const what of ['时钟', '磁盘空间', '数据库', '证书', '警情数据', '网卡带宽', '节假日数据'])
    await expect(page.getByTestId('check')).toContainText(what);
  await expect(page.getByTestId('own-check')).toBeVisible();
  await picture('check');
  await page.getByTestId('check-run').click();
  await expect(page.locator('.ant-message')).toContainText('已自检');
  await page.getByRole('link', { name: '操作记录' }).click();
  await expect(page.locator('.ant-table')).toContainText('手动自检');
});

/** What the API says when the server found a full disk before the call. */
const full = { name: 'disk', state: 'bad', message: '磁盘即将写满', message_en: 'nearly full', figures: {} };
const ownCheck = {
  at: '2026-11-26T23:45:00Z',
  state: 'bad',
  items: [full],
  call: { title: '点调会', planned_at: '2026-11-27T00:30:00Z', opens_at: '2026-11-27T00:00:00Z' },
};

test('what the server found by itself comes to the hall without a reload', async () => {
  const { page } = admin;
  let found = false;
  await page.route('**/api/check', async (route) => {
    const now = await (await route.fetch()).json();
    const items = now.items.filter((i: { name: string }) => i.name !== 'disk');
    await route.fulfill({
      json: found ? { ...now, items: [...items, full], last: ownCheck } : { ...now, items },
    });
  });
  await page.clock.install();
  await page.goto(`${rehearsal().url}/hall`);
  await expect(page.getByTestId('desk-check')).toBeEnabled();
  await expect(page.getByTestId('desk-check')).not.toHaveAttribute('data-tone', 'bad');
  found = true;
  await page.clock.fastForward(61_000);
  await expect(page.getByTestId('desk-check')).toHaveAttribute('data-tone', 'bad');
  await page.getByTestId('desk-check').click();
  await expect(page.getByTestId('own-check')).toBeVisible();
  await expect(page.getByTestId('own-check')).toContainText('07:45 自动检查（点调会 08:30）');
  await expect(page.locator('.server-check [data-state=bad]').first()).toHaveText('磁盘即将写满');
  await picture('hall-check');
});

test('a calendar that is missing is one line in the hall until it is put away for the day', async () => {
  const { page } = admin;
  const warnings = [{ year: 2027, message: '2027年法定节假日数据尚未导入', message_en: 'not imported' }];
  await page.route('**/api/calendar/*', async (route) => {
    await route.fulfill({ json: { ...(await (await route.fetch()).json()), warnings } });
  });
  const notice = page.getByTestId('calendar-notice');
  await page.reload();
  await expect(notice).toContainText('2027 年节假日数据尚未导入');
  await picture('hall-calendar');
  await page.getByTestId('calendar-notice-dismiss').click();
  await expect(notice).toBeHidden();
  const asked = page.waitForResponse('**/api/calendar/*');
  await page.reload();
  await asked;
  await expect(page.getByTestId('desk')).toBeVisible();
  await expect(notice).toBeHidden();
  await page.evaluate(() => localStorage.setItem('muster.calendarNotice', 'yesterday'));
  await page.reload();
  await expect(notice).toBeVisible();
});
