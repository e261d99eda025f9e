using Assay.Server.Pages;

namespace Assay.Server.Tests.Pages;

/// <summary>What a browser or a client says of itself, as people would name it.</summary>
public sealed class ClientWordsTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36", "Chrome 156 on Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0", "Edge 156 on Windows")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox 150 on macOS")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 20_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/20.1 Mobile/15E148 Safari/604.1", "Safari 20 on iOS")]
    [InlineData("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36", "Chrome 156 on Android")]
    [InlineData("npm/11.19.0 node/v24.1.0 linux x64 workspaces/false", "npm 11 on Linux")]
    [InlineData("pnpm/12.21.0 npm/? node/v24.1.0 darwin arm64", "pnpm 12 on macOS")]
    [InlineData("curl/8.5.0", "curl 8")]
    [InlineData("something", "something")]
    [InlineData("", "")]
    [InlineData("Chrome/<b>", "Chrome/<b>")]
    public void A_client_is_named_shortly(string userAgent, string expected) => Assert.Equal(expected, Shown.Client(userAgent));

    [Fact]
    public void What_is_not_known_is_cut() => Assert.Equal($"{new string('x', 40)}…", Shown.Client(new string('x', 500)));
}
