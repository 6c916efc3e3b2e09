/** The pages of the guide by group, with their titles in English and Chinese. */
export interface Group {
  readonly title: readonly [english: string, chinese: string];
  readonly pages: readonly (readonly [path: string, english: string, chinese: string])[];
}

export const groups: readonly Group[] = [
  {
    title: ['Begin', '开始'],
    pages: [
      ['guide/getting-started', 'Getting started', '快速开始'],
      ['guide/install', 'Install for your Nest', '安装'],
      ['guide/configuration', 'Configuration', '配置'],
      ['guide/sample', 'The sample backend', '示例后端'],
      ['guide/migration', 'Moving from a hand-written client', '从手写客户端迁移'],
    ],
  },
  {
    title: ['Calls', '呼叫'],
    pages: [
      ['guide/invites', 'Invites', '邀请'],
      ['guide/users', 'Users', '用户'],
      ['guide/callbacks', 'Callbacks', '回调'],
      ['guide/outcomes', 'Outcomes', '呼叫结果'],
      ['guide/withdraw', 'Withdraw a call', '撤回呼叫'],
      ['guide/dispatch', 'Ring until somebody answers', '响铃直到有人接听'],
      ['guide/errors', 'Errors', '错误'],
      ['guide/idempotency', 'Idempotency', '幂等'],
      ['guide/lost-replies', 'Lost replies', '响应丢失'],
      ['guide/limits', 'What ZIM cannot do', 'ZIM 做不到什么'],
    ],
  },
  {
    title: ['Operation', '运行'],
    pages: [
      ['guide/rate-limiting', 'Rate limiting', '限流'],
      ['guide/redis', 'Redis', 'Redis'],
      ['guide/testing', 'Testing', '测试'],
      ['guide/observability', 'Observability', '可观测性'],
      ['guide/security', 'Security', '安全'],
      ['guide/deploying', 'Deploying', '部署'],
      ['guide/production', 'Before production', '上线之前'],
    ],
  },
  {
    title: ['Details', '详细'],
    pages: [
      ['sandbox', 'Sandbox', '沙箱'],
      ['faults', 'Faults', '故障'],
      ['guide/assumptions', 'Assumptions about ZIM', '对 ZIM 的假设'],
      ['benchmarks/index', 'Benchmarks', '性能测试'],
      ['benchmarks/dispatch', 'Ring plans, measured', '响铃计划的测试'],
      ['architecture', 'Architecture', '架构'],
      ['support', 'Support and versions', '支持与版本'],
      ['decisions/index', 'Decisions', '决策'],
    ],
  },
];
