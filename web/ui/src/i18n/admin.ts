export const zh = {
  login: {
    subtitle: '公安局每日视频点调',
    name: '用户名',
    nameMissing: '请输入用户名',
    password: '密码',
    passwordMissing: '请输入密码',
    submit: '登录',
    station: '派出所、分局、警种请用管理员发的加入链接进入，不在此登录。',
    rehearsal: '示例数据：账号见启动窗口的提示。',
    ca: '下载本机证书（首次在其他电脑使用前安装）',
  },
};

export const en: typeof zh = {
  login: {
    subtitle: 'The daily video call of the police bureau',
    name: 'User name',
    nameMissing: 'Enter your user name',
    password: 'Password',
    passwordMissing: 'Enter your password',
    submit: 'Log in',
    station: 'Stations, branches and police types enter by their join link, not here.',
    rehearsal: 'Sample data: the logins are printed in the window that started the server.',
    ca: 'Download the certificate (install it once on other PCs)',
  },
};
