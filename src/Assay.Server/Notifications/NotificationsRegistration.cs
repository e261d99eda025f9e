using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Server.Jobs;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

internal static class NotificationsRegistration
{
    /// <summary>After the log, whose leaves come first at the end of a group.</summary>
    public static void AddNotifications(this IServiceCollection services, MailPassword password)
    {
        services.AddSingleton<Listeners>();
        services.AddSingleton<ICommitEnd, TellOthers>();
        services.AddSingleton<IJob, SpreadEvents>();
        services.AddWebhooks();
        services.AddMail(password);
    }

    private static void AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton<SendWebhook>();
        services.AddSingleton<IJob, DeliverWebhook>();
        services.AddSingleton<CreateWebhook>();
        services.AddSingleton<ChangeWebhook>();
        services.AddSingleton<ReadWebhooks>();
        services.AddSingleton<ForgetDeliveries>();
        services.AddHostedService(provider => provider.GetRequiredService<ForgetDeliveries>());
        services.AddSingleton<IDoctorCheck, WebhooksCheck>();
    }

    private static void AddMail(this IServiceCollection services, MailPassword password)
    {
        services.AddSingleton(password);
        services.AddSingleton<MailServer>();
        services.AddSingleton<WriteMail>();
        services.AddSingleton<MailPreferences>();
        services.AddSingleton<IJob, SendMail>();
        services.AddSingleton<IJob, SendLinkMail>();
        services.AddSingleton(provider => new MailIsOn(provider.GetRequiredService<IOptions<MailOptions>>().Value.IsOn));
        services.AddSingleton<IDoctorCheck, MailCheck>();
    }
}
