from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("results", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="period",
            name="published",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="indicator",
            name="removed_at",
            field=models.DateTimeField(blank=True, help_text="Its publisher names it no longer.", null=True),
        ),
    ]
