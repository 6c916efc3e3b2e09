import { type ConsoleCode } from '../../src/console/console-events.js';

type Entry = readonly [code: number, meaning: string, advice: string];

const support = '请联系 ZEGO 技术支持';

// prettier-ignore
const entries: readonly Entry[] = [
  [0, '成功', '无需处理'],
  [1, 'ZIM 过于繁忙，请求失败', '稍等，再决定是否重新调用：请求可能已经生效'],
  [3, '鉴权失败', support],
  [7, '平台每秒收到的请求超过上限', '稍后再调用'],
  [105001, 'ZIM 的数据库请求失败', `${support}；请求可能已经生效`],
  [100000000, '请求的 Host 有误', '检查基础 URL'],
  [100000001, 'AppId 格式有误', '检查 AppId：应为 32 位无符号整数'],
  [100000002, '缺少 Timestamp', '带上 Timestamp'],
  [100000003, 'Timestamp 不是数字', 'Timestamp 应为 Unix 时间，以秒为单位'],
  [100000004, '签名已过期：Timestamp 与 ZIM 的时间相差超过 10 分钟', '校准服务器时钟，并重新签名'],
  [100000005, '签名有误', '检查 ServerSecret，以及拼接顺序：AppId、SignatureNonce、ServerSecret、Timestamp'],
  [100000006, '缺少 Action', '检查请求 URL'],
  [100000007, 'Action 不存在', '检查 Action 的拼写，注意大小写'],
  [100000008, '缺少 SignatureNonce', '每次请求都带上新的 SignatureNonce'],
  [100000009, '缺少 Signature', '对请求签名'],
  [100000010, 'ZIM 找不到该 AppId 的 ServerSecret', `检查 AppId；若无误，${support}`],
  [100000011, 'ZIM 找不到该 AppId 的配置', `检查 AppId；若无误，${support}`],
  [100000012, 'ZIM 无法读取请求体', `检查请求体是否为完整的 JSON；若无误，${support}`],
  [100000013, '缺少 SignatureVersion', '带上 SignatureVersion，值为 2.0'],
  [100000014, '不支持该 SignatureVersion', 'SignatureVersion 使用 2.0，或该接口要求的版本'],
  [100000015, 'ZIM 网关内部出错', `${support}；请求可能已经生效`],
  [100000016, '应用没有生产环境', '在 ZEGO 控制台开通 In-app Chat'],
  [100000017, '应用未开通该服务', '联系 ZEGO 技术支持开通'],
  [660000001, 'ZIM 内部操作失败', `若持续出现，${support}；请求可能已经生效`],
  [660000002, '参数缺失或不合法', '修正参数'],
  [660000003, 'ZIM 处理请求时失败', `若持续出现，${support}；请求可能已经生效`],
  [660000011, '列表中的用户过多', '减少一次请求中的用户'],
  [660000012, '用户 ID 超过 32 字节', '缩短用户 ID'],
  [660200001, '用户不存在、已登出，或已注册但从未登录', '检查用户 ID，以及该用户是否登录过'],
  [660300005, '该 AppID 调用此接口过于频繁', '等待一秒；通常上限为每秒 20 次'],
  [660500002, '用户未在 ZIM 注册', '注册该用户，或让其登录一次'],
  [660700001, 'UserRegister 的调用超过每秒 20 次', '等待一秒'],
  [660700002, '用户已经注册', '无需处理'],
  [660700006, '用户名超过 256 字节', '缩短用户名'],
  [660700007, '用户头像的地址超过 500 字节', '缩短地址'],
  [660700012, '用户不存在', '先注册该用户'],
  [660700015, '用户尚未注册', '先注册该用户'],
  [660900003, '邀请中有被叫未在 ZIM 注册', '注册被叫，或让其登录一次'],
  [660900004, 'ZIM 无法读取该呼叫，它可能不存在', '检查 CallId，或稍后再试'],
  [660900005, '呼叫已结束', '无需处理'],
  [660900006, '邀请已超时', '无需处理'],
  [660900007, '邀请的被叫超过上限（默认 9 人）', '减少被叫，或联系 ZEGO 技术支持提高上限'],
  [660900008, '操作的用户不在该呼叫的被邀请者之中', '以该呼叫所邀请的用户身份操作'],
];

/** Chinese explanations of the codes that the sandbox returns, and of those that mean a failure inside ZIM. */
export const codesZh: ReadonlyMap<number, ConsoleCode> = new Map(
  entries.map(([code, meaning, advice]) => [code, { meaning, advice }]),
);
