using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>An answer of the API, streamed as it is, in place of a page.</summary>
internal sealed class ResultAnswer(IResult answer) : IActionResult
{
    public Task ExecuteResultAsync(ActionContext context) => answer.ExecuteAsync(context.HttpContext);
}
